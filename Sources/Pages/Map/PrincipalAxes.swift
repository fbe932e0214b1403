public import Matrices
public import Parallel

/// The two directions along which some rows differ most, and where each row lies on them.
///
/// Computed of the matrix of inner products, of columns or of rows, whichever is smaller, by repeated multiplication of
/// a block of vectors (subspace iteration) until the two largest eigenvalues stand still. The same bits on any number
/// of threads.
public struct PrincipalAxes: Sendable {
    /// Where each row lies, from the mean row.
    public let points: [(x: Double, y: Double)]
    /// The shares of the rows' variance that the two directions have; together at most 1.
    public let shares: (x: Double, y: Double)

    private static let blockSize = 8
    private static let mostRounds = 200

    /// Finds the axes of `rows`, [rows, width], all finite.
    ///
    /// The sign of an axis is that which makes the coordinate of largest magnitude positive.
    public init(of rows: FloatMatrix, workers: Workers) {
        let centred = PrincipalAxes.centred(rows)
        let usesColumns = rows.columns <= rows.rows
        let small = usesColumns ? centred : PrincipalAxes.transposed(centred)
        let products =
            rows.values.isEmpty ? DoubleMatrix(rows: 0, columns: 0) : DoubleMatrix.gram(of: small, workers: workers)
        let variance = products.trace
        guard variance > 0, variance.isFinite else {
            points = [(x: Double, y: Double)](repeating: (0, 0), count: rows.rows)
            shares = (0, 0)
            return
        }
        let (values, vectors) = PrincipalAxes.largest(of: products, workers: workers)
        func coordinates(_ axis: Int) -> [Double] {
            guard axis < values.count, values[axis] > 0 else { return [Double](repeating: 0, count: rows.rows) }
            var places = [Double](repeating: 0, count: rows.rows)
            for row in 0..<rows.rows {
                if usesColumns {
                    var sum = 0.0
                    for column in 0..<rows.columns {
                        sum += Double(centred.values[row * rows.columns + column]) * vectors[column, axis]
                    }
                    places[row] = sum
                } else {
                    places[row] = vectors[row, axis] * values[axis].squareRoot()
                }
            }
            let farthest = places.max { abs($0) < abs($1) } ?? 0
            return farthest < 0 ? places.map { -$0 } : places
        }
        points = zip(coordinates(0), coordinates(1)).map { ($0, $1) }
        shares = (
            max(0, values[0]) / variance, values.count > 1 ? max(0, values[1]) / variance : 0
        )
    }

    private static func centred(_ rows: FloatMatrix) -> FloatMatrix {
        var mean = [Double](repeating: 0, count: rows.columns)
        for row in 0..<rows.rows {
            for column in 0..<rows.columns { mean[column] += Double(rows.values[row * rows.columns + column]) }
        }
        for column in mean.indices { mean[column] /= Double(max(1, rows.rows)) }
        var values = rows.values
        for index in values.indices { values[index] -= Float(mean[index % rows.columns]) }
        return FloatMatrix(rows: rows.rows, columns: rows.columns, values: values)
    }

    private static func transposed(_ rows: FloatMatrix) -> FloatMatrix {
        var values = [Float](repeating: 0, count: rows.values.count)
        for row in 0..<rows.rows {
            for column in 0..<rows.columns {
                values[column * rows.rows + row] = rows.values[row * rows.columns + column]
            }
        }
        return FloatMatrix(rows: rows.columns, columns: rows.rows, values: values)
    }

    /// The largest eigenvalues of a symmetric matrix, and their vectors as columns.
    private static func largest(of matrix: DoubleMatrix, workers: Workers) -> (values: [Double], vectors: DoubleMatrix)
    {
        let (size, width) = (matrix.rows, min(blockSize, matrix.rows))
        var block = DoubleMatrix(rows: size, columns: width)
        // Any start will do that is no eigenvector and always the same.
        var state: UInt64 = 1
        for index in block.values.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            block.values[index] = Double(state >> 11) / Double(1 << 53) - 0.5
        }
        block.orthonormalize()
        var values: [Double] = []
        for _ in 0..<mostRounds {
            let next = matrix.times(block, workers: workers)
            let inner = SymmetricEigenvalues(of: block.transposed.times(next, workers: workers))
            let change = zip(inner.values, values).prefix(2).contains { abs($0 - $1) > 1e-13 * abs(inner.values[0]) }
            let isFirst = values.isEmpty
            values = inner.values
            if !isFirst, !change { return (values, block.times(inner.vectors, workers: workers)) }
            block = next.times(inner.vectors, workers: workers)
            block.orthonormalize()
        }
        let inner = SymmetricEigenvalues(
            of: block.transposed.times(matrix.times(block, workers: workers), workers: workers))
        return (inner.values, block.times(inner.vectors, workers: workers))
    }
}

extension DoubleMatrix {
    /// Makes the columns vectors of length 1 at right angles; one that depends on others becomes 0.
    fileprivate mutating func orthonormalize() {
        for column in 0..<columns {
            let before = length(of: column)
            for _ in 0..<2 {
                for other in 0..<column {
                    var product = 0.0
                    for row in 0..<rows { product += self[row, column] * self[row, other] }
                    for row in 0..<rows { self[row, column] -= product * self[row, other] }
                }
            }
            let length = length(of: column)
            let factor = length > before * 1e-12 && length > 0 ? 1 / length : 0
            for row in 0..<rows { self[row, column] *= factor }
        }
    }

    private func length(of column: Int) -> Double {
        var sum = 0.0
        for row in 0..<rows { sum += self[row, column] * self[row, column] }
        return sum.squareRoot()
    }
}
