/// How the positions of a sequence attend to each other.
public struct AttentionDescription: Sendable, Hashable {
    /// How the matrices of queries, keys and values are stored.
    public enum Projections: Sendable, Hashable {
        /// Three matrices.
        case separate(query: LinearDescription, key: LinearDescription, value: LinearDescription)
        /// One matrix: all queries, then all keys, then all values.
        case concatenated(LinearDescription)
        /// One matrix: query, key and value of the first head, then those of the next (GPT-NeoX).
        case interleaved(LinearDescription)
    }

    /// Where queries, keys and values come from.
    public var projections: Projections
    /// What turns the heads into states.
    public var output: LinearDescription
    /// The number of heads of queries.
    public var heads: Int
    /// The number of heads of keys and values, which divides `heads`.
    public var keyValueHeads: Int
    /// The number of elements of a head.
    public var headWidth: Int
    /// What queries are normalised by, each head for itself or all heads together, as its width says.
    public var queryNorm: NormDescription?
    /// What keys are normalised by.
    public var keyNorm: NormDescription?
    /// How positions turn queries and keys.
    public var rotary: RotaryDescription?
    /// What distances add to scores.
    public var relativeBias: RelativeBias?
    /// What scores are multiplied by.
    public var scale: Float
    /// Scores s become cap * tanh(s / cap), where there is a cap.
    public var softCap: Float?
    /// Whether a position sees none after it.
    public var isCausal: Bool
    /// How far a position sees: keys less than that before the query; without causality, keys at most that far away.
    public var window: Int?

    /// Whether the heads of queries are normalised together.
    var normsAreWhole: Bool {
        queryNorm.map { $0.width != headWidth } ?? false
    }
}
