internal import Matrices
internal import Parallel

/// Sums over training pairs, from which a regression is solved: those of two sets of pairs add up to those of both.
struct RegressionSums {
    private(set) var count: Int
    /// The sums of the columns of the inputs, and of the outputs.
    private(set) var inputSums: [Double]
    private(set) var outputSums: [Double]
    /// X'X, [inputs, inputs].
    private(set) var products: DoubleMatrix
    /// X'Y, [inputs, outputs].
    private(set) var crossProducts: DoubleMatrix

    /// Sums over pairs of rows of `inputs` and `outputs`.
    init(_ inputs: FloatMatrix, _ outputs: FloatMatrix, workers: Workers) {
        count = inputs.rows
        inputSums = inputs.columnSums
        outputSums = outputs.columnSums
        products = DoubleMatrix.gram(of: inputs, workers: workers)
        crossProducts = DoubleMatrix.cross(inputs, outputs, workers: workers)
    }

    /// The sums over both sets of pairs.
    static func + (first: RegressionSums, second: RegressionSums) -> RegressionSums {
        var sum = first
        sum.count += second.count
        for index in sum.inputSums.indices { sum.inputSums[index] += second.inputSums[index] }
        for index in sum.outputSums.indices { sum.outputSums[index] += second.outputSums[index] }
        for index in sum.products.values.indices { sum.products.values[index] += second.products.values[index] }
        for index in sum.crossProducts.values.indices {
            sum.crossProducts.values[index] += second.crossProducts.values[index]
        }
        return sum
    }

    /// Takes the products of the means away, so that what is left are sums about the means.
    consuming func centred() -> (products: DoubleMatrix, crossProducts: DoubleMatrix) {
        let (width, outputs) = (inputSums.count, outputSums.count)
        for row in 0..<width {
            let mean = inputSums[row] / Double(count)
            for column in 0..<width { products.values[row * width + column] -= mean * inputSums[column] }
            for column in 0..<outputs { crossProducts.values[row * outputs + column] -= mean * outputSums[column] }
        }
        return (products, crossProducts)
    }
}

extension FloatMatrix {
    /// The sum of each column.
    var columnSums: [Double] {
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            let start = row * columns
            for column in 0..<columns { sums[column] += Double(values[start + column]) }
        }
        return sums
    }
}
