private import CKernels
internal import Parallel

/// The rectangles that a product is cut into. No number depends on the cut.
struct ProductParts {
    private let rows: Int
    private let columns: Int
    private let height: Int
    private let width: Int

    /// Cuts a product into parts for some threads, several for each where it is large enough.
    ///
    /// - Parameter depth: the terms of each sum.
    init(rows: Int, columns: Int, depth: Int, workers: Workers) {
        (self.rows, self.columns) = (rows, columns)
        var (height, width) = (max(1, rows), Int(FOCUS_PRODUCT_BLOCK))
        let isSmall = rows.multipliedReportingOverflow(by: columns).partialValue < 1 << 18 / max(1, depth)
        if !isSmall && workers.count > 1 {
            while width > 32 && (columns + width - 1) / width < 4 * workers.count { width /= 2 }
            // A multiple of the rows of every tile.
            let blocks = (columns + width - 1) / width
            let pieces = (4 * workers.count + blocks - 1) / blocks
            if pieces > 1 { height = min(height, (rows / pieces + 83) / 84 * 84) }
        }
        self.height = max(1, height)
        self.width = width
    }

    /// How many there are.
    var count: Int {
        (rows + height - 1) / height * ((columns + width - 1) / width)
    }

    /// The rows and the columns of a part.
    subscript(part: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        let blocks = (columns + width - 1) / width
        let (row, column) = (part / blocks * height, part % blocks * width)
        return (row..<min(rows, row + height), column..<min(columns, column + width))
    }
}
