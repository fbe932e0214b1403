/// How the rows of a causal model's output layer are made.
public enum RowHead: String, Sendable, Hashable, CaseIterable {
    /// As the rows of the table of input embeddings are, of the output layer's own; as published.
    case same
    /// A token has the row of its first piece, and the logarithm of its share of that piece's occurrences on top.
    case share
}
