public import Matrices
public import Parallel

/// Moves rows that serve as input embeddings so far that they give the logits of other rows on a model's real states,
/// and no farther: the ridge regression r = Q + (S - Q) (G + a tr(G) / d I)^-1 G.
public struct LeastMotion: Sendable {
    /// The share of the mean square on the diagonal.
    public static let damping = 3.0

    /// The transpose of (G + a tr(G) / d I)^-1 G, rounded.
    private let weights: WeightMatrix

    /// Prepares the motion.
    ///
    /// - Parameters:
    ///   - moments: of the states that the output layer reads.
    ///   - damping: the share of the mean square on the diagonal, a, above 0: the more, the less rows move.
    ///   - workers: the threads to use; the result has the same bits on any number.
    /// - Throws: `EngineError` where the states allow none.
    public init(
        _ moments: StateMoments, damping: Double = LeastMotion.damping, workers: Workers
    ) throws(EngineError) {
        guard let factor = CholeskyFactor(of: moments.damped(damping), workers: workers) else {
            throw StateMoments.notDefinite
        }
        let solution = factor.solve(moments.products, workers: workers).transposed
        weights = WeightMatrix(
            rows: solution.rows, columns: solution.columns, floats: solution.values.map { Float($0) })
    }

    /// The rows `rows`, moved towards `goals`; both [rows, width].
    ///
    /// - Returns: the moved rows, with the same bits on any number of threads.
    public func moved(_ rows: FloatMatrix, towards goals: FloatMatrix, workers: Workers) -> FloatMatrix {
        precondition(rows.rows == goals.rows && rows.columns == goals.columns, "each row has a goal")
        var differences = goals
        for index in differences.values.indices { differences.values[index] -= rows.values[index] }
        var moved = differences.times(transposed: weights, workers: workers)
        for index in moved.values.indices { moved.values[index] += rows.values[index] }
        return moved
    }
}
