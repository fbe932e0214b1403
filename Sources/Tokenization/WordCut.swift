internal import Vocabularies

/// A word of a text, and where a tokenizer cuts it.
public struct WordCut: Sendable, Hashable {
    /// The word, a run of letters, digits and marks, as the tokenizer normalizes it.
    public let text: [UInt8]
    /// The tokens that hold a part of it, in order.
    public let tokens: [Int]
    /// The bytes of `text` before which it is cut.
    public let cuts: [Int]
}

extension Tokenizer {
    /// The words of `text`, each with its tokens: spaces, signs of them and punctuation are parts of no word, but may
    /// be parts of its tokens.
    ///
    /// - Throws: `TokenizerError` as `encode` does.
    public func wordCuts(of text: [UInt8]) throws(TokenizerError) -> [WordCut] {
        wordCuts(ofIDs: try encode(text))
    }

    /// The words of a text, of which `ids` are the tokens, as above.
    package func wordCuts(ofIDs ids: [Int32]) -> [WordCut] {
        let ids = ids.map(Int.init)
        var bytes: [UInt8] = []
        /// Where the text of each token begins in `bytes`.
        var starts: [Int] = []
        for id in ids {
            // What is not known, or special, stands for something that is no word.
            let own = vocabulary.ownText(of: id)
            if own?.beginsWord ?? true { bytes.append(0x20) }
            starts.append(bytes.count)
            bytes += own?.bytes ?? [UInt8(ascii: "?")]
        }
        starts.append(bytes.count)
        return Tokenizer.words(of: bytes).map { word in
            let tokens = ids.indices.filter { starts[$0] < word.upperBound && starts[$0 + 1] > word.lowerBound }
            let cuts = tokens.map { starts[$0] - word.lowerBound }.filter { $0 > 0 }
            return WordCut(text: Array(bytes[word]), tokens: tokens.map { ids[$0] }, cuts: cuts)
        }
    }

    /// Where runs of letters, digits and marks are.
    private static func words(of text: [UInt8]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var (start, position) = (0, 0)
        while position < text.count {
            let scalar = text.span.scalar(at: position)
            if !Scalars.flags(scalar.value).contains(.word) {
                if start < position { words.append(start..<position) }
                start = position + scalar.length
            }
            position += scalar.length
        }
        if start < text.count { words.append(start..<text.count) }
        return words
    }
}
