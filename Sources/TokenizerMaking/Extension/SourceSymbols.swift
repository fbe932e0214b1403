internal import Tokenization
internal import Vocabularies

/// Words as the tokens into which a tokenizer cuts them, and characters that it has no token for as new ones.
struct SourceSymbols {
    /// The texts of the tokens: those of the tokenizer by id, new characters behind them.
    private(set) var tokens: [[UInt8]]
    /// The characters that became tokens, the most frequent first.
    private(set) var newCharacters: [(text: [UInt8], frequency: Int)] = []
    /// The tokens of all runs of words that can be spelled, one after the other.
    private(set) var symbols: [Int32] = []
    /// Where each run begins in `symbols`, and where the last one ends.
    private(set) var starts: [Int] = [0]
    /// How often each run occurs.
    private(set) var counts: [Int] = []

    /// Cuts `words` with the model of `tokenizer`.
    ///
    /// - Parameters:
    ///   - coverage: the share of the text's characters that have tokens in the end.
    ///   - minimumCount: how often a character occurs that gets a token.
    ///   - limit: how many characters may get one.
    /// - Throws: `TokenizerError` where a word cannot be cut.
    init(
        _ words: CountedWords, _ tokenizer: Tokenizer, coverage: Double, minimumCount: Int, limit: Int
    ) throws(TokenizerError) {
        let vocabulary = tokenizer.vocabulary
        tokens = (0..<vocabulary.rowCount).map { vocabulary.text(of: $0)?.bytes ?? [] }
        // Bytes can spell all; where whole words are unknown that hold one, a character's token would not be enough.
        let takesCharacters = vocabulary.spelling != .byteLevel && vocabulary.spelling != .wordPiece
        let missing = takesCharacters ? SourceSymbols.missing(words, vocabulary, coverage, minimumCount) : []
        newCharacters = Array(missing.prefix(limit))
        var characters: [[UInt8]: Int32] = [:]
        for character in newCharacters {
            characters[character.text] = Int32(tokens.count)
            tokens.append(character.text)
        }
        let unknown = vocabulary.roles[.unknown].map { Int32($0) }
        for word in 0..<words.count {
            let bytes = Array(words.bytes[words.range(word)])
            var run: [Int32] = []
            var part: [UInt8] = []
            /// Ends a run that can be spelled.
            func end() {
                if run.count > 1 {
                    symbols += run
                    starts.append(symbols.count)
                    counts.append(words.counts[word])
                }
                run.removeAll(keepingCapacity: true)
            }
            func cut() throws(TokenizerError) {
                for id in try tokenizer.modelIDs(of: part) {
                    if id == unknown || FrameTokens.isByte(tokens[Int(id)]) { end() } else { run.append(id) }
                }
                part.removeAll(keepingCapacity: true)
            }
            if !characters.isEmpty {
                var position = 0
                while position < bytes.count {
                    let next = min(position + CodePoint.length(bytes[position]), bytes.count)
                    let character = Array(bytes[position..<next])
                    if let id = characters[character] {
                        try cut()
                        run.append(id)
                    } else {
                        part += character
                    }
                    position = next
                }
            } else {
                part = bytes
            }
            try cut()
            end()
        }
    }

    /// Characters that have no token, the most frequent first, as many as it takes for `coverage`.
    static func missing(
        _ words: CountedWords, _ vocabulary: Vocabulary, _ coverage: Double, _ minimumCount: Int
    ) -> [(text: [UInt8], frequency: Int)] {
        let alphabet = Alphabet(of: words, coverage: coverage)
        return alphabet.characters
            .filter { $0.frequency >= minimumCount && vocabulary.id(of: $0.text) == nil }
            .sorted { first, second in
                first.frequency != second.frequency
                    ? first.frequency > second.frequency : first.text.lexicographicallyPrecedes(second.text)
            }
    }
}
