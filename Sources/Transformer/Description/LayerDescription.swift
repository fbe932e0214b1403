/// One layer: attention and an MLP, each added to the states that entered it, and the norms around them.
public struct LayerDescription: Sendable, Hashable {
    /// The norms around attention or MLP.
    public struct Norms: Sendable, Hashable {
        /// Of what enters it.
        public var before: NormDescription?
        /// Of what comes out of it, before that is added to the states.
        public var after: NormDescription?
        /// Of the states after that was added (BERT).
        public var ofSum: NormDescription?

        /// Makes norms.
        public init(
            before: NormDescription? = nil, after: NormDescription? = nil, ofSum: NormDescription? = nil
        ) {
            self.before = before
            self.after = after
            self.ofSum = ofSum
        }

        var all: [NormDescription] { [before, after, ofSum].compactMap(\.self) }
    }

    /// How positions attend to each other.
    public var attention: AttentionDescription
    /// The norms around attention.
    public var attentionNorms: Norms
    /// What works on each position for itself.
    public var mlp: MLPDescription
    /// The norms around the MLP.
    public var mlpNorms: Norms
    /// Whether attention and MLP read the same states, and both are added to them (GPT-NeoX).
    public var isParallel = false
    /// What outputs are multiplied by before they are added to the states (Granite).
    public var residualScale: Float = 1
}
