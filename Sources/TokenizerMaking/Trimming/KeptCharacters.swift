/// Of which scripts a trimmed tokenizer keeps characters, numbers and punctuation that the text does not use.
package enum KeptCharacters: String, Sendable, Hashable, CaseIterable {
    /// Of those that at least 1 % of the text's letters are of, and of none, as signs and emoji are.
    case text
    /// Of all.
    case all
}
