private import Glibc
internal import Matrices
internal import Parallel
internal import Replacement
internal import Transformer

/// A model with a table of tokens, and with a head where it predicts tokens: what is measured.
struct MeasuredModel: Sendable {
    /// What makes logits of states: a row a token, and a number a token that is added.
    struct Head: Sendable {
        let rows: any EmbeddingRows
        let tokenCount: Int
        let bias: [Float]?
    }

    let model: TransformerModel
    let table: any EmbeddingRows
    let head: Head?
    let workers: Workers

    /// Whether each position predicts the next token.
    var isCausal: Bool { model.description.isCausal }

    /// What is lost on tokens, each after all before it in its line: bits for each byte of the text.
    ///
    /// The first token of a line is not counted. The probabilities are those of the softmax over all rows of the head.
    ///
    /// - Throws: `TransformerError` where a line is too long, or the model cannot be run; `FocusError` where the result
    ///   is no number; `CancellationError`.
    func bitsPerByte(of tokens: MeasuredTokens, monitor: WorkMonitor) throws -> Double {
        guard let head else { throw FocusError("the model has no head that predicts tokens") }
        let sequences = tokens.lines.filter { $0.count > 1 }
        var losses = LogitLosses(
            model, head: head.rows, tokenCount: head.tokenCount, bias: head.bias, workers: workers)
        try model.run(TokenSequences(sequences), rows: table, taps: [.final], monitor: monitor) { _, states in
            for (index, sequence) in states.sequences.enumerated() {
                let start = states.offsets[index]
                for (position, target) in sequences[sequence].dropFirst().enumerated() {
                    try losses.add(states.values.row(start + position), target: target)
                }
            }
        }
        return try losses.finish() / log(2) / Double(max(1, tokens.byteCount))
    }

    /// The mean of the last states of each line.
    ///
    /// - Throws: `TransformerError` where the model cannot be run; `CancellationError`.
    func vectors(of tokens: MeasuredTokens, monitor: WorkMonitor) throws -> [[Double]] {
        let shortened = tokens.shortened(to: model.description.maximumPositions)
        var vectors = [[Double]](repeating: [], count: tokens.lines.count)
        try model.run(shortened.sequences, rows: table, taps: [.final], monitor: monitor) { _, states in
            for (index, sequence) in states.sequences.enumerated() {
                let rows = states.offsets[index]..<states.offsets[index + 1]
                var sums = [Double](repeating: 0, count: states.values.columns)
                for row in rows {
                    for (column, value) in states.values.row(row).enumerated() { sums[column] += Double(value) }
                }
                vectors[sequence] = sums.map { $0 / Double(max(1, rows.count)) }
            }
        }
        return vectors
    }

    /// The mean cosine of vectors and those of another model for the same lines.
    static func fidelity(_ vectors: [[Double]], to others: [[Double]]) -> Double {
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let cosines = zip(vectors, others).map { a, b in
            let norms = (product(a, a) * product(b, b)).squareRoot()
            return norms > 0 ? product(a, b) / norms : 0
        }
        return cosines.reduce(0, +) / Double(max(1, cosines.count))
    }
}

extension MeasuredModel {
    /// A model as it is.
    ///
    /// - Throws: `FormatError` where the bias of the head cannot be read.
    init(_ source: SourceModel, workers: Workers) throws {
        model = source.model
        table = source.table
        let bias = try source.readHeadBias()
        head = source.head.map { Head(rows: $0, tokenCount: $0.rowCount, bias: bias) }
        self.workers = workers
    }
}
