public import Parallel

extension DoubleMatrix {
    /// The transpose of rows of floats times themselves, X'X, in double precision: [columns, columns].
    ///
    /// The same bytes on any number of threads.
    public static func gram(of x: FloatMatrix, workers: Workers) -> DoubleMatrix {
        cross(x, x, workers: workers)
    }

    /// The transpose of rows of floats times other rows, X'Y, in double precision: [columns of X, columns of Y].
    ///
    /// The same bytes on any number of threads.
    public static func cross(_ x: FloatMatrix, _ y: FloatMatrix, workers: Workers) -> DoubleMatrix {
        precondition(x.rows == y.rows, "the matrices have different numbers of rows")
        let products = workers.map(x.columns) { column in
            var sums = [Double](repeating: 0, count: y.columns)
            for row in 0..<x.rows {
                let factor = Double(x.values[row * x.columns + column])
                for other in 0..<y.columns { sums[other] += factor * Double(y.values[row * y.columns + other]) }
            }
            return sums
        }
        return DoubleMatrix(rows: x.columns, columns: y.columns, values: products.flatMap(\.self))
    }

    /// The product with another matrix: [rows, columns of the other].
    ///
    /// The same bytes on any number of threads.
    public func times(_ other: DoubleMatrix, workers: Workers) -> DoubleMatrix {
        precondition(columns == other.rows, "the matrix has other columns than the other has rows")
        let products = workers.map(rows) { row in
            var sums = [Double](repeating: 0, count: other.columns)
            for inner in 0..<columns {
                let factor = values[row * columns + inner]
                let start = inner * other.columns
                for column in 0..<other.columns { sums[column] += factor * other.values[start + column] }
            }
            return sums
        }
        return DoubleMatrix(rows: rows, columns: other.columns, values: products.flatMap(\.self))
    }
}
