private import Glibc
internal import Matrices
internal import Parallel
internal import Replacement
internal import Transformer

/// The states that a model's output layer reads where a text goes on with another target token.
struct HeadStates: Sendable {
    /// The states, a position a row, in the order of the text.
    let states: FloatMatrix
    /// By how much a logit of what comes next grows where the product of state and row grows by 1: what logits are
    /// multiplied by, and less where they are capped.
    let logitScale: Double

    /// Runs the model over the sequences of `positions`.
    ///
    /// - Throws: `TransformerError` where the model cannot read them; `CancellationError`.
    init(at positions: TextPositions, of source: SourceModel, room: StateRoom, monitor: WorkMonitor) throws {
        let width = source.table.width
        var values: [Float] = []
        values.reserveCapacity(positions.count * width)
        try source.model.run(
            positions.sequences, rows: source.table, taps: [.final], room: room, monitor: monitor
        ) { _, block in
            for (index, sequence) in block.sequences.enumerated() {
                for place in positions.places[sequence] { values += block.values.row(block.offsets[index] + place) }
            }
        }
        states = FloatMatrix(rows: positions.count, columns: width, values: values)
        let description = source.model.description
        logitScale =
            try Double(description.logitScale)
            * HeadStates.slope(of: description.logitSoftCap, source, positions, states)
    }

    /// The mean slope of the cap of logits, z = cap tanh(x / cap), at the logits of the pieces that come next; 1
    /// without a cap.
    private static func slope(
        of cap: Float?, _ source: SourceModel, _ positions: TextPositions, _ states: FloatMatrix
    ) throws -> Double {
        guard let cap = cap.map(Double.init), cap > 0, let head = source.head else { return 1 }
        let following = positions.following.flatMap(\.self)
        let scale = Double(source.model.description.logitScale)
        var row = FloatMatrix(rows: 1, columns: head.width)
        var (sum, count) = (0.0, 0)
        for (position, token) in following.enumerated() where token >= 0 && Int(token) < head.rowCount {
            try head.copy([token], into: &row)
            let product = zip(states.row(position), row.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let capped = tanh(product * scale / cap)
            sum += 1 - capped * capped
            count += 1
        }
        // Where logits stand at the cap nothing moves them; no more than ten times as much is tried.
        return count == 0 ? 1 : max(0.1, sum / Double(count))
    }
}
