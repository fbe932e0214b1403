/// What enters the first layer.
public struct EmbeddingDescription: Sendable, Hashable {
    /// A row a position that is added to the row of the token.
    public struct Positions: Sendable, Hashable {
        /// The name of the table, without `.weight`.
        public let name: String
        /// The number of its rows.
        public let count: Int
        /// The row of the first position.
        public let first: Int
        /// The id that is not counted, and has the row before the first (RoBERTa).
        public let paddingID: Int?
    }

    /// A row for each segment of a text, of which the first is added to all positions (BERT).
    public struct Segments: Sendable, Hashable {
        /// The name of the table, without `.weight`.
        public let name: String
        /// The number of its rows.
        public let count: Int
    }

    /// The name of the table of tokens, without `.weight`.
    public var table: String
    /// What rows of tokens are multiplied by.
    public var scale: Float = 1
    /// Rows of positions.
    public var positions: Positions?
    /// Rows of segments.
    public var segments: Segments?
    /// What the sum is normalised by.
    public var norm: NormDescription?
}
