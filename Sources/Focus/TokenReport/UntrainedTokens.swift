internal import Vocabularies

/// Source tokens whose rows were never trained, or look as if they were not.
public struct UntrainedTokens: Sendable, Hashable {
    /// Tokens by id, with the texts of a few.
    public struct Group: Sendable, Hashable {
        /// The ids, ascending.
        public let ids: [Int]
        /// The texts of up to five of them.
        public let examples: [String]

        init(_ ids: [Int], _ vocabulary: Vocabulary) {
            self.ids = ids
            let shown = min(5, ids.count)
            examples = (0..<shown).map { vocabulary.text(of: ids[ids.count * $0 / shown])?.description ?? "" }
        }
    }

    /// Rows that are zero, or equal to at least two others: they are no anchors, and no pieces.
    public let equal: Group
    /// How many rows are equal to each other in the largest group.
    public let largestGroup: Int
    /// Rows whose norm is less than a twentieth of the median; they lend their rows all the same.
    public let nearZero: Group
    /// Rows whose norm is more than five times the median; they lend their rows all the same.
    public let large: Group

    init(_ rows: UntrainedRows, of vocabulary: Vocabulary) {
        equal = Group(rows.ids, vocabulary)
        largestGroup = rows.ids.isEmpty ? 0 : rows.largestGroup
        nearZero = Group(rows.odd.nearZero, vocabulary)
        large = Group(rows.odd.large, vocabulary)
    }
}
