/// A model as a value: everything that tells how states become other states, and which tensors that takes.
///
/// A family of models is a description and no code: one piece of code runs them all.
public struct ModelDescription: Sendable, Hashable {
    /// The family, as config.json calls it: `llama`.
    public var family: String
    /// The number of elements of a state.
    public var width: Int
    /// Whether positions see none after them.
    public var isCausal: Bool
    /// The most positions of a sequence.
    public var maximumPositions: Int
    /// What enters the first layer.
    public var embedding: EmbeddingDescription
    /// What the names of a layer's tensors begin with; `{}` stands for its number, from 0 on: `layers.{}.`.
    public var layerPrefix: String
    /// The layers.
    public var layers: [LayerDescription]
    /// What the states after the last layer are normalised by.
    public var finalNorm: NormDescription?
    /// What makes logits of them.
    public var head: HeadDescription
    /// Endings of names of tensors that hold nothing that is computed with: `rotary_emb.inv_freq`.
    public var unusedTensors: [String] = []
    /// Beginnings of names, below the model, of parts that this description does not run: `decoder.`.
    public var otherParts: [String] = []

    /// The number of layers.
    public var layerCount: Int { layers.count }
    /// What logits are multiplied by.
    public var logitScale: Float { head.logitScale }
    /// Logits z become cap * tanh(z / cap), where there is a cap.
    public var logitSoftCap: Float? { head.logitSoftCap }
}
