/// How target rows are made that the method cannot reach: those of new tokens without an auxiliary vector, or without
/// pieces.
public enum FallbackRows: String, Sendable, Hashable, CaseIterable {
    /// It is drawn from the normal distribution of the source's columns, as published.
    case normal
    /// It is the mean of the source's rows.
    case mean
    /// It is the mean of the rows of the pieces into which the source tokenizer splits the token's text, and drawn
    /// where it does not split it into known ones.
    case pieces
}
