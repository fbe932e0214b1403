/// Options of a plan, besides the overlap and the auxiliary vectors.
public struct PlanOptions: Sendable, Hashable {
    /// The seed of rows that are drawn.
    public var seed: UInt64
    /// What cosines are multiplied by before sparsemax, in 1e-6...1e6: above 1 fewer anchors count, below 1 more. 1
    /// is as published.
    public var temperature: Double
    /// The number of rows that the source tensors have, where it is known: a plan that would read past them is an
    /// error.
    public var sourceRowCount: Int?

    /// Makes options; all have the published values by default.
    public init(seed: UInt64 = 42, temperature: Double = 1, sourceRowCount: Int? = nil) {
        self.seed = seed
        self.temperature = temperature
        self.sourceRowCount = sourceRowCount
    }

    /// The temperatures at which cosines stay within single precision.
    static let temperatures = 1e-6...1e6

    func check() throws(EngineError) {
        guard PlanOptions.temperatures.contains(temperature) else {
            throw EngineError(
                .invalidOption, "the temperature is \(temperature), which is not between 0.000001 and 1000000")
        }
    }
}
