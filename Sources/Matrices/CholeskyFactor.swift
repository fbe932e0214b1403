public import Parallel

/// The lower triangle L of the Cholesky decomposition L L' of a symmetric positive definite matrix.
public struct CholeskyFactor: Sendable {
    /// The lower triangle, with what was above the diagonal still there.
    private let lower: DoubleMatrix

    /// Decomposes a matrix of which only the lower triangle is read; nil where it is not positive definite.
    ///
    /// The same bytes on any number of threads.
    public init?(of symmetric: DoubleMatrix, workers: Workers) {
        precondition(symmetric.rows == symmetric.columns, "the matrix is not square")
        var lower = symmetric
        for column in 0..<lower.rows {
            var pivot = lower[column, column]
            for inner in 0..<column { pivot -= lower[column, inner] * lower[column, inner] }
            guard pivot > 0, pivot.isFinite else { return nil }
            pivot = pivot.squareRoot()
            lower[column, column] = pivot
            for row in column + 1..<max(column + 1, lower.rows) {
                var value = lower[row, column]
                for inner in 0..<column { value -= lower[row, inner] * lower[column, inner] }
                lower[row, column] = value / pivot
            }
        }
        self.lower = lower
    }

    /// The solution X of A X = B, where A is what was decomposed: [rows of A, columns of B].
    ///
    /// The same bytes on any number of threads.
    public func solve(_ right: DoubleMatrix, workers: Workers) -> DoubleMatrix {
        precondition(right.rows == lower.rows, "the right side has other rows than the matrix")
        var solution = right
        for row in 0..<lower.rows {
            for column in 0..<right.columns {
                var value = solution[row, column]
                for inner in 0..<row { value -= lower[row, inner] * solution[inner, column] }
                solution[row, column] = value / lower[row, row]
            }
        }
        for row in (0..<lower.rows).reversed() {
            for column in 0..<right.columns {
                var value = solution[row, column]
                for inner in row + 1..<max(row + 1, lower.rows) { value -= lower[inner, row] * solution[inner, column] }
                solution[row, column] = value / lower[row, row]
            }
        }
        return solution
    }
}
