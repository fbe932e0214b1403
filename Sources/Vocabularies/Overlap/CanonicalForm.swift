/// A token in the spelling in which tokens of different tokenizers are compared.
public struct CanonicalForm: Hashable, Sendable {
    /// The token's text, with `▁` (U+2581) before it where it starts a word. Not valid UTF-8 where the token is a
    /// fragment.
    public let text: TokenText
    /// The text without `▁`, in lower case.
    public let fuzzy: TokenText
    /// Whether the token starts a word.
    public let beginsWord: Bool
    /// Whether the token is a number, punctuation, white space or special, by its fuzzy form.
    public let isSymbol: Bool
}
