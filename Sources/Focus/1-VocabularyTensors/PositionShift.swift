internal import JSON
internal import TensorIO

/// Position rows that move because the padding id does.
///
/// RoBERTa and its relatives number positions from the padding id on: the first token of a text has the position
/// `pad + 1`. So the row of a position is found elsewhere once the padding id is another. The table keeps its number of
/// rows: where the padding id falls, rows appear at the end, and are copies of the last; where it rises, the last
/// positions are lost.
struct PositionShift: Sendable {
    /// The table of positions.
    let tensor: TensorDescriptor
    /// The padding id before.
    let oldPadding: Int
    /// The padding id after.
    let newPadding: Int

    /// Whether the table keeps its number of rows, so that some may be lost.
    let keepsCount: Bool

    private var count: Int { tensor.shape[0] }

    /// The table as it is written.
    var written: TensorDescriptor {
        get throws(FormatError) {
            guard !keepsCount else { return tensor }
            return try TensorDescriptor(
                name: tensor.name, elementType: tensor.elementType,
                shape: [count - oldPadding + newPadding, tensor.shape[1]])
        }
    }

    /// The row of the source that becomes row `row`.
    func source(of row: Int) -> Int {
        if row > newPadding { return min(row - newPadding + oldPadding, count - 1) }
        // Rows up to the padding id are never looked up but for padding.
        return row == newPadding ? oldPadding : min(row, oldPadding)
    }

    /// What the user should know.
    var note: String {
        let usable = count - 1 - newPadding
        let story =
            !keepsCount
            ? "none is lost"
            : newPadding < oldPadding
                ? "the \(oldPadding - newPadding) that appear at the end are copies of the last"
                : "the last \(newPadding - oldPadding) are lost, so that a text has at most \(usable) tokens"
        return
            "the padding id moves from \(oldPadding) to \(newPadding), from which this model counts positions: the "
            + "rows of "
            + "'\(tensor.name)' move along; \(story)"
    }

    /// Sends the moved rows to `sink`, in order.
    func send(from reader: any TensorReader, to sink: TensorContents.Sink) throws(FormatError) {
        let width = tensor.byteCount / max(1, self.count)
        let count = try written.shape[0]
        var row = 0
        while row < count {
            // Rows that lie one after the other are sent together.
            var end = row + 1
            while end < count, source(of: end) == source(of: end - 1) + 1 { end += 1 }
            let first = source(of: row)
            try reader.read(tensor, bytes: first * width..<(first + end - row) * width, sink)
            row = end
        }
    }
}
