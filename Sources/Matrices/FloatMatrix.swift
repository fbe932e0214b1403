/// A matrix of floats, row after row.
public struct FloatMatrix: Sendable, Equatable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The values, [rows, columns], row after row.
    public var values: [Float]

    /// Makes a matrix of zeros.
    public init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
    }

    /// Makes a matrix of values, row after row; there must be `rows` times `columns` of them.
    public init(rows: Int, columns: Int, values: [Float]) {
        precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "values do not fill the matrix")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// A row.
    public func row(_ index: Int) -> ArraySlice<Float> {
        precondition(index >= 0 && index < rows, "there is no such row")
        return values[index * columns..<(index + 1) * columns]
    }

    /// Some of the rows, in this order; a row may be there several times.
    public func rows(_ indices: [Int]) -> FloatMatrix {
        var values: [Float] = []
        values.reserveCapacity(indices.count * columns)
        for index in indices { values += row(index) }
        return FloatMatrix(rows: indices.count, columns: columns, values: values)
    }
}
