/// A normalisation of states: its name and what it divides by.
public struct NormDescription: Sendable, Hashable {
    /// What is done to a row before the weights.
    public enum Kind: Sendable, Hashable {
        /// Divided by the root of the mean square (Zhang & Sennrich 2019).
        case rootMeanSquare
        /// The mean is taken away, then divided by the standard deviation (Ba et al. 2016).
        case layer
    }

    /// The name below the layer or the model, without `.weight`.
    public let name: String
    /// What is done to a row before the weights.
    public let kind: Kind
    /// The number of weights.
    public let width: Int
    /// What is added to the variance or to the mean square.
    public let epsilon: Float
    /// Whether 1 is added to the weights, as Gemma does.
    public let addsOne: Bool
    /// Whether there is a bias.
    public let hasBias: Bool

    /// Makes a description.
    public init(
        _ name: String, _ kind: Kind, width: Int, epsilon: Float, addsOne: Bool = false, hasBias: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.width = width
        self.epsilon = epsilon
        self.addsOne = addsOne
        self.hasBias = hasBias
    }
}
