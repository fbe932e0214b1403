internal import Matrices
internal import Parallel
internal import Replacement
internal import TensorIO
internal import Transformer

/// Makes logits of last states: what the head's rows and bias give, scaled and capped as the model does.
///
/// The head's rows are read some at a time, so that a head of any size takes a bounded share of memory.
struct ModelLogits: Sendable {
    private let source: SourceModel
    private let head: ModelTable
    private let bias: [Float]
    private let workers: Workers

    /// How many rows of the head are read at a time, and how many numbers a block of logits has at most.
    private static let (tile, blockSize) = (8192, 64 << 20)

    /// Reads the bias of the head.
    ///
    /// - Throws: `FocusError` where there is no head, or the bias has another length.
    init(of source: SourceModel, bias: [Float]?, workers: Workers) throws(FocusError) {
        guard let head = source.head else { throw FocusError("there is no head that makes logits") }
        let bias = bias ?? Array(repeating: 0, count: head.rowCount)
        guard bias.count == head.rowCount else {
            throw FocusError("the head has \(head.rowCount) rows, and a bias of \(bias.count) numbers")
        }
        self.source = source
        self.head = head
        self.bias = bias
        self.workers = workers
    }

    /// Calls `body` with the logits of states, [positions, width], a block of positions at a time: [positions, tokens].
    ///
    /// - Throws: what reading and `body` throw.
    func forEachBlock(of states: FloatMatrix, _ body: (FloatMatrix) throws(FormatError) -> Void) throws(FormatError) {
        let height = max(1, ModelLogits.blockSize / max(1, head.rowCount))
        for first in stride(from: 0, to: states.rows, by: height) {
            let rows = min(height, states.rows - first)
            let values = states.values[first * states.columns..<(first + rows) * states.columns]
            try body(try logits(of: FloatMatrix(rows: rows, columns: states.columns, values: Array(values))))
        }
    }

    /// The logits of states, [positions, width], which must be few: [positions, tokens].
    ///
    /// - Throws: `FormatError` where rows cannot be read.
    func logits(of states: FloatMatrix) throws(FormatError) -> FloatMatrix {
        let inputs: FloatMatrix
        do throws(TransformerError) {
            inputs = try source.model.headStates(states)
        } catch {
            throw FormatError(.system, error.description)
        }
        var result = FloatMatrix(rows: states.rows, columns: head.rowCount)
        for first in stride(from: 0, to: head.rowCount, by: ModelLogits.tile) {
            let range = first..<min(head.rowCount, first + ModelLogits.tile)
            var rows = FloatMatrix(rows: range.count, columns: head.width)
            try head.copy(range, into: &rows)
            let weights = WeightMatrix(rows: rows.rows, columns: rows.columns, floats: rows.values)
            let products = inputs.times(transposed: weights, bias: Array(bias[range]), workers: workers)
            for row in 0..<products.rows {
                let start = row * result.columns + first
                result.values.replaceSubrange(start..<start + range.count, with: products.row(row))
            }
        }
        source.model.finishLogits(&result)
        return result
    }
}
