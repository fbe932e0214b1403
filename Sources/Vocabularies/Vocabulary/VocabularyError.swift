/// Why tokens do not make a vocabulary, or two vocabularies cannot be compared.
public enum VocabularyError: Error, Hashable, Sendable {
    /// Two tokens claim one id.
    case duplicateID(id: Int, tokens: [TokenText])
    /// One token has two ids.
    case duplicateToken(TokenText, ids: [Int])
    /// An id is negative or too large to be a row.
    case idOutOfRange(id: Int, token: TokenText)
    /// The texts together have more than 512 MiB.
    case tooLarge(id: Int)
    /// Every way of matching is switched off.
    case noMatchOptions
}

extension VocabularyError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .duplicateID(let id, let tokens):
            "id \(id) is claimed by two tokens, \(tokens.map { "'\($0)'" }.joined(separator: " and "))"
        case .duplicateToken(let token, let ids):
            "token '\(token)' has two ids, \(ids.map(String.init).joined(separator: " and "))"
        case .idOutOfRange(let id, let token):
            "token '\(token)' has id \(id), which is not in 0..<\(Vocabulary.maximumRowCount)"
        case .tooLarge(let id):
            "the texts of the tokens up to id \(id) have more than 512 MiB, which is no vocabulary"
        case .noMatchOptions:
            "no way of matching tokens is chosen: choose at least one of exact, fuzzy and symbols"
        }
    }
}
