public import Parallel

extension FloatMatrix {
    /// The matrix, [m, k], times the transpose of weights, [n, k], plus a bias, [n]: [m, n].
    ///
    /// The same bytes on any number of threads.
    public func times(transposed weights: WeightMatrix, bias: [Float]? = nil, workers: Workers) -> FloatMatrix {
        precondition(columns == weights.columns, "the matrix has other inputs than the weights")
        precondition(bias == nil || bias?.count == weights.rows, "the bias is not one number an output")
        let outputs = workers.map(weights.rows) { output in
            let weight = weights.row(output)
            return (0..<rows).map { index in
                let start = index * columns
                var sum: Float = 0
                for column in 0..<columns { sum += values[start + column] * weight[column] }
                return sum + (bias?[output] ?? 0)
            }
        }
        var result = FloatMatrix(rows: rows, columns: weights.rows)
        for (output, column) in outputs.enumerated() {
            for (row, value) in column.enumerated() { result.values[row * weights.rows + output] = value }
        }
        return result
    }

    /// The matrix, [m, k], times the transpose of another one, [n, k]: [m, n].
    ///
    /// The same bytes on any number of threads.
    public func times(transposed other: FloatMatrix, workers: Workers) -> FloatMatrix {
        times(
            transposed: WeightMatrix(rows: other.rows, columns: other.columns, floats: other.values), workers: workers)
    }
}
