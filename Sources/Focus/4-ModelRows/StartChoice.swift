private import Glibc
internal import Matrices
internal import Parallel
internal import Tokenization
internal import Transformer

/// Chooses whose row stands before every text where the source's tokenizer puts nothing there and the target's does:
/// that after which the model needs the fewest bits for what follows.
struct StartChoice: Sendable {
    /// A row that might stand there.
    struct Candidate: Sendable, Hashable {
        /// Where it comes from, in words.
        let name: String
        /// The source token whose row it is; nil for the mean of the rows.
        let source: Int?
    }

    /// The candidates with the bits a byte of text after them, in the order in which they were named.
    let bits: [(candidate: Candidate, bitsPerByte: Double)]

    /// At most this many lines are read, and so many tokens of each.
    private static let (lineCount, tokenCount, leastTokens) = (8, 48, 8)
    /// The positions whose logits are made at a time.
    private static let blockRows = 64

    /// Reads some lines after each of the candidates; nil where there is no line to read.
    ///
    /// - Parameters:
    ///   - mean: the mean row of the table.
    ///   - lines: the text; the first that are long enough are taken.
    ///   - tokenizer: the source's.
    /// - Throws: what running the model throws; `CancellationError`.
    init?(
        among candidates: [Candidate], mean: [Double], lines: [[UInt8]], _ tokenizer: Tokenizer,
        of source: SourceModel, room: StateRoom, workers: Workers, monitor: WorkMonitor
    ) throws {
        var texts: [[Int32]] = []
        for line in lines where texts.count < StartChoice.lineCount {
            let most = min(StartChoice.tokenCount, source.model.description.maximumPositions - 1)
            let ids = Array(try tokenizer.encode(line).prefix(max(0, most)))
            if ids.count >= StartChoice.leastTokens { texts.append(ids) }
        }
        guard !texts.isEmpty else { return nil }
        let byteCount = texts.reduce(0) { $0 + tokenizer.decode($1).count }
        let table = TableAndMean(table: source.table, mean: mean.map(Float.init))
        let logits = try ModelLogits(of: source, bias: source.readHeadBias(), workers: workers)
        bits = try candidates.map { candidate in
            let start = candidate.source.map { Int32($0) } ?? table.meanID
            let sequences = TokenSequences(texts.map { [start] + $0 })
            var loss = 0.0
            try source.model.run(sequences, rows: table, taps: [.final], room: room, monitor: monitor) { _, block in
                for (index, sequence) in block.sequences.enumerated() {
                    let first = block.offsets[index]
                    let states = (0..<texts[sequence].count).flatMap { block.values.row(first + $0) }
                    loss += try StartChoice.loss(
                        FloatMatrix(rows: texts[sequence].count, columns: block.values.columns, values: states),
                        texts[sequence], logits)
                }
            }
            return (candidate, loss / log(2) / Double(max(1, byteCount)))
        }
    }

    /// The candidate with the fewest bits; the first of several.
    var best: Candidate? {
        bits.filter { $0.bitsPerByte.isFinite }.min { $0.bitsPerByte < $1.bitsPerByte }?.candidate
    }

    /// The negative logarithm of how probable `next` is after `states`, one after the other.
    private static func loss(_ states: FloatMatrix, _ next: [Int32], _ logits: ModelLogits) throws -> Double {
        var loss = 0.0
        for start in stride(from: 0, to: states.rows, by: blockRows) {
            let rows = start..<min(states.rows, start + blockRows)
            let values = states.values[rows.lowerBound * states.columns..<rows.upperBound * states.columns]
            let found = try logits.logits(
                of: FloatMatrix(rows: rows.count, columns: states.columns, values: Array(values)))
            for (index, row) in rows.enumerated() where Int(next[row]) < found.columns {
                let scores = found.row(index)
                let largest = Double(scores.max() ?? 0)
                let sum = scores.reduce(0) { $0 + exp(Double($1) - largest) }
                loss += largest + log(sum) - Double(scores[scores.startIndex + Int(next[row])])
            }
        }
        return loss
    }
}

/// A table and one more row after its last: their mean.
private struct TableAndMean: EmbeddingRows {
    let table: ModelTable
    let mean: [Float]

    var width: Int { table.width }
    /// The id of the mean row.
    var meanID: Int32 { Int32(table.rowCount) }

    func copy(_ ids: ArraySlice<Int32>, into rows: inout FloatMatrix) throws {
        try table.copy(ids.map { $0 == meanID ? 0 : $0 }[...], into: &rows)
        for (place, id) in ids.enumerated() where id == meanID {
            rows.values.replaceSubrange(place * width..<(place + 1) * width, with: mean)
        }
    }
}
