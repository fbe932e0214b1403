public import Matrices
public import Parallel

/// What is known of the states that an output layer reads: their mean, and the mean of their products with themselves.
public struct StateMoments: Sendable {
    /// The least number of states that moments are made of.
    public static let leastStates = 300

    /// The number of states.
    public let count: Int
    /// The mean state, mu.
    public let mean: [Double]
    /// The mean of h h', [width, width].
    public let products: DoubleMatrix

    /// Takes the moments of some states.
    ///
    /// - Parameters:
    ///   - states: a state a row.
    ///   - workers: the threads to use; the result has the same bits on any number.
    /// - Throws: `EngineError` where there are fewer than `leastStates`, or where one is not finite.
    public init(of states: FloatMatrix, workers: Workers) throws(EngineError) {
        guard states.rows >= StateMoments.leastStates else {
            throw EngineError(
                .tooFewStates,
                "the text shows the model \(states.rows) tokens in lines that it can read, and at least "
                    + "\(StateMoments.leastStates) are needed to learn how its output layer is read")
        }
        guard states.values.allSatisfy(\.isFinite) else {
            throw EngineError(.notFinite, "the model's final states hold NaN or infinities")
        }
        count = states.rows
        let total = Double(count)
        mean = states.columnSums.map { $0 / total }
        var products = DoubleMatrix.gram(of: states, workers: workers)
        for index in products.values.indices { products.values[index] /= total }
        self.products = products
    }

    /// The width of a state.
    public var width: Int { mean.count }

    /// The products with a share of the mean square of a column on the diagonal.
    func damped(_ share: Double) -> DoubleMatrix {
        let meanSquare = products.trace / Double(max(1, width))
        // Where all states are zero any number on the diagonal does.
        return products.addingToDiagonal(meanSquare > 0 ? share * meanSquare : 1)
    }

    static var notDefinite: EngineError {
        EngineError(.notFinite, "the model's final states are too large or too much alike to be told apart")
    }
}
