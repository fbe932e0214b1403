internal import Matrices
internal import Parallel

/// A linear map with means, y = mean + (x - mean) B, that minimises the squares of its errors and a penalty on B.
struct RidgeSolution {
    let inputMeans: [Double]
    let outputMeans: [Double]
    /// B, [inputs, outputs].
    private let coefficients: DoubleMatrix

    /// Solves in the columns of the inputs: B = (X'X + r tr(X'X) / D I)^-1 X'Y.
    init(of moments: RegressionSums, ridge: Double, workers: Workers) throws(EngineError) {
        let count = Double(moments.count)
        inputMeans = moments.inputSums.map { $0 / count }
        outputMeans = moments.outputSums.map { $0 / count }
        let (products, crossProducts) = moments.centred()
        let penalty = RidgeSolution.penalty(trace: products.trace, columns: products.rows, ridge)
        guard let factor = CholeskyFactor(of: products.addingToDiagonal(penalty), workers: workers) else {
            throw RidgeSolution.singular
        }
        coefficients = factor.solve(crossProducts, workers: workers)
    }

    /// Solves in the pairs, where they are fewer than the columns: B = X' (XX' + r tr(XX') / D I)^-1 Y.
    init(ofFew inputs: FloatMatrix, _ outputs: FloatMatrix, ridge: Double, workers: Workers) throws(EngineError) {
        let count = Double(inputs.rows)
        inputMeans = inputs.columnSums.map { $0 / count }
        outputMeans = outputs.columnSums.map { $0 / count }
        let (x, y) = (inputs.subtracting(inputMeans), outputs.subtracting(outputMeans))
        let products = DoubleMatrix.gram(of: x.transposed, workers: workers)
        let penalty = RidgeSolution.penalty(trace: products.trace, columns: inputs.columns, ridge)
        guard let factor = CholeskyFactor(of: products.addingToDiagonal(penalty), workers: workers) else {
            throw RidgeSolution.singular
        }
        let right = DoubleMatrix(rows: y.rows, columns: y.columns, values: y.values.map(Double.init))
        let solved = factor.solve(right, workers: workers)
        coefficients = DoubleMatrix.cross(
            x, FloatMatrix(rows: solved.rows, columns: solved.columns, values: solved.values.map(Float.init)),
            workers: workers)
    }

    /// Where nothing varies any penalty does.
    private static func penalty(trace: Double, columns: Int, _ ridge: Double) -> Double {
        trace > 0 ? ridge * trace / Double(columns) : 1
    }

    private static var singular: EngineError {
        EngineError(
            .notFinite, "the states of the model are too large or too much alike for rows to be learnt from them")
    }

    /// B of the inputs `range`, transposed and rounded, [outputs, inputs].
    func transposedCoefficients(_ range: Range<Int>) -> FloatMatrix {
        var matrix = FloatMatrix(rows: coefficients.columns, columns: range.count)
        for (column, input) in range.enumerated() {
            let start = input * coefficients.columns
            for output in 0..<coefficients.columns {
                matrix.values[output * range.count + column] = Float(coefficients.values[start + output])
            }
        }
        return matrix
    }

    /// The mean cosine between what `inputs` give and `outputs`, both without the mean output.
    func centredCosine(_ inputs: FloatMatrix, _ outputs: FloatMatrix, workers: Workers) -> Double {
        let found = inputs.subtracting(inputMeans)
            .times(transposed: transposedCoefficients(0..<coefficients.rows), workers: workers)
        let expected = outputs.subtracting(outputMeans)
        var sum = 0.0
        for row in 0..<outputs.rows {
            var (product, first, second) = (0.0, 0.0, 0.0)
            for (a, b) in zip(found.row(row), expected.row(row)) {
                product += Double(a) * Double(b)
                first += Double(a) * Double(a)
                second += Double(b) * Double(b)
            }
            if first > 0, second > 0 { sum += product / (first.squareRoot() * second.squareRoot()) }
        }
        return sum / Double(max(1, outputs.rows))
    }
}

extension FloatMatrix {
    /// The matrix without `means` of its columns.
    fileprivate func subtracting(_ means: [Double]) -> FloatMatrix {
        var matrix = self
        for index in matrix.values.indices { matrix.values[index] -= Float(means[index % means.count]) }
        return matrix
    }

    fileprivate var transposed: FloatMatrix {
        var matrix = FloatMatrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { matrix.values[column * rows + row] = values[row * columns + column] }
        }
        return matrix
    }
}
