public import Matrices
public import Parallel

/// A direction in which every state that an output layer reads is about 1 long: what is added to a row along it is
/// added to the row's logit, whatever the text.
///
/// v = (G + a tr(G) / d I)^-1 mu, brought to mu v = 1, where mu and G are the moments of the states.
public struct BiasDirection: Sendable {
    /// The share of the mean square on the diagonal where the output layer has rows of its own.
    public static let damping = 0.01
    /// The same where its rows are those of the table of input embeddings, which are to move less.
    public static let tiedDamping = 0.1

    /// The direction, v; a row along it adds as much to logits as it is multiplied by.
    public let values: [Double]

    /// Finds the direction.
    ///
    /// - Parameters:
    ///   - moments: of the states that the output layer reads.
    ///   - damping: the share of the mean square on the diagonal, a, above 0.
    ///   - logitScale: what the model multiplies the products of states and rows by before they are logits.
    ///   - workers: the threads to use; the result has the same bits on any number.
    /// - Throws: `EngineError` where there is no such direction.
    public init(
        _ moments: StateMoments, damping: Double, logitScale: Double = 1, workers: Workers
    ) throws(EngineError) {
        guard let factor = CholeskyFactor(of: moments.damped(damping), workers: workers) else {
            throw StateMoments.notDefinite
        }
        let mean = DoubleMatrix(rows: moments.width, columns: 1, values: moments.mean)
        let solution = factor.solve(mean, workers: workers).values
        let product = zip(solution, moments.mean).reduce(0) { $0 + $1.0 * $1.1 } * logitScale
        guard product.isFinite, product != 0, logitScale.isFinite else { throw StateMoments.notDefinite }
        values = solution.map { $0 / product }
        guard values.allSatisfy(\.isFinite) else { throw StateMoments.notDefinite }
    }

    /// Adds `amount` along the direction to the row `row` of `rows`.
    public func add(_ amount: Double, to rows: inout FloatMatrix, row: Int) {
        precondition(rows.columns == values.count && row >= 0 && row < rows.rows)
        guard amount != 0 else { return }
        let start = row * rows.columns
        for column in values.indices {
            rows.values[start + column] = Float(Double(rows.values[start + column]) + amount * values[column])
        }
    }
}
