internal import Matrices

/// All eigenvalues of a small symmetric matrix, by rotations (Jacobi's method).
struct SymmetricEigenvalues {
    /// The eigenvalues, largest first.
    let values: [Double]
    /// Their vectors, as columns.
    let vectors: DoubleMatrix

    /// Finds those of `matrix`, whose lower and upper halves may differ by rounding.
    init(of matrix: DoubleMatrix) {
        let size = matrix.rows
        var matrix = matrix
        var vectors = DoubleMatrix(rows: size, columns: size).addingToDiagonal(1)
        for _ in 0..<64 {
            var rest = 0.0
            for row in 0..<size { for column in 0..<row { rest += matrix[row, column] * matrix[row, column] } }
            guard rest > 0, rest.isFinite else { break }
            let before = matrix
            for row in 0..<size { for column in 0..<row { matrix.rotate(column, row, &vectors) } }
            if matrix == before { break }
        }
        let order = (0..<size).sorted { (matrix[$1, $1], $0) < (matrix[$0, $0], $1) }
        values = order.map { matrix[$0, $0] }
        var sorted = DoubleMatrix(rows: size, columns: size)
        for (place, column) in order.enumerated() {
            for row in 0..<size { sorted[row, place] = vectors[row, column] }
        }
        self.vectors = sorted
    }
}

extension DoubleMatrix {
    /// Turns two axes so that the value that ties them becomes 0.
    fileprivate mutating func rotate(_ first: Int, _ second: Int, _ vectors: inout DoubleMatrix) {
        let tie = self[first, second]
        guard abs(tie) > 1e-300 else { return }
        let ratio = (self[second, second] - self[first, first]) / (2 * tie)
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for index in 0..<rows {
            let (left, right) = (self[index, first], self[index, second])
            self[index, first] = cosine * left - sine * right
            self[index, second] = sine * left + cosine * right
        }
        for index in 0..<rows {
            let (left, right) = (self[first, index], self[second, index])
            self[first, index] = cosine * left - sine * right
            self[second, index] = sine * left + cosine * right
            let (one, two) = (vectors[index, first], vectors[index, second])
            vectors[index, first] = cosine * one - sine * two
            vectors[index, second] = sine * one + cosine * two
        }
        self[first, second] = 0
        self[second, first] = 0
    }
}
