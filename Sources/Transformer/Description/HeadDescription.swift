/// What makes logits of the last states: a product with a table of rows, and what is done before and after.
public struct HeadDescription: Sendable, Hashable {
    /// What is done to states before the product, in masked models.
    public struct Transform: Sendable, Hashable {
        /// A matrix.
        public let dense: LinearDescription
        /// What follows it.
        public let activation: Activation
        /// What follows that.
        public let norm: NormDescription
    }

    /// Names that the table may have, without `.weight`, where it is stored apart from the embedding.
    public var tables: [String]
    /// Names that the bias may have: a number a token.
    public var biases: [String] = []
    /// What is done to states before the product.
    public var transform: Transform?
    /// Whether config.json says that the table is the embedding's.
    public var isTied: Bool
    /// What logits are multiplied by.
    public var logitScale: Float = 1
    /// Logits z become cap * tanh(z / cap), where there is a cap.
    public var logitSoftCap: Float?
}
