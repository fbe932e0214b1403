public import Vocabularies

/// A role that a token plays in one of two vocabularies, and none in the other, not even a token that may stand in.
public struct MissingRole: Sendable, Hashable {
    /// The role.
    public let role: SpecialRole
    /// Whether the target has no such token; otherwise the source has none.
    public let isMissingInTarget: Bool
    /// The text of the token that plays it in the other vocabulary.
    public let token: String
    /// Its id there.
    public let id: Int
    /// What follows, in words.
    public let consequence: String

    /// The roles without a counterpart, those that the target lacks first.
    ///
    /// - Parameter overlap: says whose row a token of the target gets.
    static func all(source: Vocabulary, target: Vocabulary, overlap: Overlap) -> [MissingRole] {
        func missing(in other: Vocabulary, of vocabulary: Vocabulary) -> [(role: SpecialRole, id: Int)] {
            SpecialRole.allCases.compactMap { role in
                guard !role.counterparts.contains(where: { other.roles[$0] != nil }) else { return nil }
                return vocabulary.roles[role].map { (role, $0) }
            }
        }
        func name(_ id: Int, _ vocabulary: Vocabulary) -> String { vocabulary.text(of: id)?.description ?? "" }
        let spellsAll = target.spelling == .byteLevel || target.id(of: Array("<0x00>".utf8)) != nil
        return missing(in: target, of: source).map { role, id in
            MissingRole(
                role: role, isMissingInTarget: true, token: name(id, source), id: id,
                consequence: role == .unknown && spellsAll
                    ? "not needed, for the target spells everything in bytes" : consequence(ofLosing: role))
        }
            + missing(in: source, of: target).map { role, id in
                let row = overlap.source(of: id).map { "it gets the row of '\(name($0, source))'" }
                return MissingRole(
                    role: role, isMissingInTarget: false, token: name(id, target), id: id,
                    consequence: "the model saw no token for that: "
                        + (row ?? "its row is made like that of any other new token"))
            }
    }

    /// What follows where the target has no token for a role.
    private static func consequence(ofLosing role: SpecialRole) -> String {
        switch role {
        case .beginning: "texts begin without a token before them, which the model was trained to see"
        case .classification: "no token stands for a whole text, and what is read from it is read from another one"
        case .end: "nothing ends a text: a model that generates goes on until it is stopped"
        case .separator: "nothing stands between two texts, or after one"
        case .padding: "batches of texts of different lengths need a token to fill up with: name one, often the end's"
        case .unknown: "what the target cannot spell is left out, or an error"
        case .mask: "nothing can be masked: no training by masked tokens, and no filling in"
        }
    }
}
