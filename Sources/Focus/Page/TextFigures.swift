internal import Corpus
internal import Parallel
internal import SystemPackage
internal import Tokenization

/// What a page says of a text: how both tokenizers cut it.
struct TextFigures: Sendable {
    /// Bytes of the text that was counted.
    let byteCount: Int
    /// Whether there was more of it.
    let isCut: Bool
    /// How often each target token occurs.
    let counts: [Int]
    /// Tokens of the source tokenizer; nil where it cannot cut a text.
    let tokensBefore: Int?
    /// Characters of the text.
    let characters: Int

    /// A text is counted up to so many bytes: more change no figure that a page shows.
    private static let mostBytes = 64 << 20

    /// Counts the tokens of a text that can be read again.
    ///
    /// - Throws: `CorpusError` and `TokenizerError` for what is wrong with the text; `CancellationError`.
    init(of corpus: Corpus, source: Tokenizer?, target: Tokenizer, workers: Workers, monitor: WorkMonitor) throws {
        let counter = TokenCounter([target] + (source.map { [$0] } ?? []))
        var (bytes, rest) = (0, false)
        var batches = corpus.batches(bytes: 4 << 20, monitor: monitor)
        while let batch = try batches.next() {
            guard bytes < TextFigures.mostBytes else {
                rest = true
                break
            }
            bytes += batch.bytes.count
            try counter.count(batch, workers: workers)
        }
        byteCount = bytes
        isCut = rest
        counts = counter.counts(0)
        tokensBefore = source == nil ? nil : counter.counts(1).reduce(0, +)
        characters = counter.characters
    }

    /// What was counted beforehand.
    ///
    /// - Throws: `FocusError` where the file is damaged.
    init(of file: CountsFile) throws {
        (byteCount, isCut, characters) = (file.header.textByteCount, false, file.header.characterCount)
        counts = try file.targetCounts()
        tokensBefore = file.header.origin.sourceRows == 0 ? nil : try file.sourceCounts().reduce(0, +)
    }

    /// Tokens of the target tokenizer.
    var tokensAfter: Int { counts.reduce(0, +) }

    /// Characters a token of the source tokenizer.
    var charactersBefore: Double? { tokensBefore.map { Double(characters) / Double(max(1, $0)) } }

    /// Characters a token of the target tokenizer.
    var charactersAfter: Double { Double(characters) / Double(max(1, tokensAfter)) }

    /// The text, in words.
    var description: String { isCut ? "the first \(byteCount >> 20) MiB of the text" : "the text" }
}
