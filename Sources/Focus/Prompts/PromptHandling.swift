/// What becomes of a prompt of which the target tokenizer splits a word, and not as the source's does.
public enum PromptHandling: String, Sendable, Hashable, CaseIterable {
    /// It becomes one token of the target tokenizer, whose row is the mean of the source's pieces of it. The new
    /// tokenizer.json has that token more.
    case token
    /// The tokenizer stays as it is, and the rarest of the tokens that the word is split into gets the mean of the
    /// source's pieces of the word for a row.
    case row
}
