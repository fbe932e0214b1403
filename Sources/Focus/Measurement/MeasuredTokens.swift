internal import Parallel
internal import Tokenization
internal import Transformer

/// Lines of text as the ids that a model reads.
struct MeasuredTokens: Sendable {
    /// The ids of each line, in order.
    let lines: [[Int32]]
    /// The bytes of all lines.
    let byteCount: Int

    /// Cuts lines with a tokenizer.
    ///
    /// - Parameters:
    ///   - text: the lines.
    ///   - tokenizer: what cuts them.
    ///   - isWhole: whether a line gets all special tokens that the tokenizer puts around a text, and `prefix`.
    ///   - prefix: what is put before each line.
    init(
        _ text: MeasuredLines, _ tokenizer: Tokenizer, isWhole: Bool, prefix: [UInt8] = [], workers: Workers
    ) throws {
        byteCount = text.byteCount
        lines = try workers.map(text.lines.count) { index in
            try tokenizer.encode(prefix + text.lines[index], addSpecialTokens: isWhole)
        }
    }

    private init(_ lines: [[Int32]], byteCount: Int) {
        self.lines = lines
        self.byteCount = byteCount
    }

    /// The ids with each replaced by some others.
    func mapping(_ ids: (Int32) -> [Int32]) -> MeasuredTokens {
        MeasuredTokens(lines.map { $0.flatMap(ids) }, byteCount: byteCount)
    }

    /// The lines with an id before each, where there is one.
    func starting(with id: Int?) -> MeasuredTokens {
        guard let id else { return self }
        return MeasuredTokens(lines.map { [Int32(id)] + $0 }, byteCount: byteCount)
    }

    /// The lines without what is past a model's last position.
    func shortened(to count: Int) -> MeasuredTokens {
        MeasuredTokens(lines.map { Array($0.prefix(count)) }, byteCount: byteCount)
    }

    /// The lines as a model takes them.
    var sequences: TokenSequences {
        TokenSequences(lines)
    }
}
