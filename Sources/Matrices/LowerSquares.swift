/// The squares that the lower triangle of a square matrix is cut into, those on the diagonal whole.
struct LowerSquares: Sendable {
    private let size: Int
    private let side: Int

    /// Cuts the lower triangle of a matrix of `size` rows.
    init(of size: Int) {
        self.size = size
        side = size > 2048 ? 256 : 128
    }

    /// How many there are.
    var count: Int {
        let blocks = (size + side - 1) / side
        return blocks * (blocks + 1) / 2
    }

    /// The rows and the columns of a square, row after row.
    subscript(index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        var (row, column) = (0, index)
        while column > row {
            row += 1
            column -= row
        }
        return (range(row), range(column))
    }

    private func range(_ block: Int) -> Range<Int> {
        block * side..<min(size, (block + 1) * side)
    }
}
