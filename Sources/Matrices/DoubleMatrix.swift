/// A matrix of doubles, row after row.
public struct DoubleMatrix: Sendable, Equatable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The values, [rows, columns], row after row.
    public var values: [Double]

    /// Makes a matrix of zeros.
    public init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, values: [Double](repeating: 0, count: rows * columns))
    }

    /// Makes a matrix of values, row after row; there must be `rows` times `columns` of them.
    public init(rows: Int, columns: Int, values: [Double]) {
        precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "values do not fill the matrix")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// A row.
    public func row(_ index: Int) -> ArraySlice<Double> {
        precondition(index >= 0 && index < rows, "there is no such row")
        return values[index * columns..<(index + 1) * columns]
    }

    /// The value in a row and a column.
    public subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    /// The matrix with rows and columns exchanged.
    public var transposed: DoubleMatrix {
        var result = DoubleMatrix(rows: columns, columns: rows)
        // In squares, so that neither side is read or written a line of the cache a value.
        let side = 16
        for firstRow in stride(from: 0, to: rows, by: side) {
            for firstColumn in stride(from: 0, to: columns, by: side) {
                for row in firstRow..<min(firstRow + side, rows) {
                    for column in firstColumn..<min(firstColumn + side, columns) {
                        result.values[column * rows + row] = values[row * columns + column]
                    }
                }
            }
        }
        return result
    }

    /// The sum of the values on the diagonal.
    public var trace: Double {
        (0..<min(rows, columns)).reduce(0) { $0 + values[$1 * columns + $1] }
    }

    /// The matrix plus a multiple of the identity.
    public func addingToDiagonal(_ value: Double) -> DoubleMatrix {
        var result = self
        for index in 0..<min(rows, columns) { result.values[index * columns + index] += value }
        return result
    }
}
