/// A matrix of weights with or without a bias: its name in a layer and its shape.
public struct LinearDescription: Sendable, Hashable {
    /// The name below the layer, without `.weight`.
    public let name: String
    /// The number of inputs.
    public let inputs: Int
    /// The number of outputs.
    public let outputs: Int
    /// Whether there is a bias, one number an output.
    public let hasBias: Bool
    /// Whether the weights are stored [inputs, outputs], as GPT-2 does, and not [outputs, inputs].
    public let isTransposed: Bool

    /// Makes a description.
    public init(_ name: String, from inputs: Int, to outputs: Int, hasBias: Bool, isTransposed: Bool = false) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.hasBias = hasBias
        self.isTransposed = isTransposed
    }
}
