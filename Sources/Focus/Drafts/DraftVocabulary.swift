internal import FocusEngine
internal import Vocabularies

/// The tokens of the target that a draft head gets rows for.
struct DraftVocabulary: Sendable {
    /// Their ids, ascending.
    let ids: [Int]

    /// Chooses `size` tokens of the target: first those that stand for special tokens which the head knew; then those
    /// that occur in the text, the most frequent first; then those whose rows are copies of rows that the head has,
    /// those that are sums of such rows, and the others, copies by the id in the source, which is its rank where
    /// tokens were made by merges.
    ///
    /// - Parameters:
    ///   - old: for each row of the old head the source's id.
    ///   - plan: how the model's rows are made.
    ///   - counts: how often each target token occurs in a text; nil where there is none.
    ///   - rows: the rows that the model has in the target: no other id is chosen.
    init(_ size: Int, from old: [Int], _ ids: TokenIDMapping, by plan: RowPlan, counts: [Int]?, rows: Int) {
        let known = Set(old)
        let kept = Set(
            old.filter { ids.source.specialIDs.contains($0) }.compactMap(ids.target(of:))
                + [SpecialRole.end, .separator].compactMap { ids.target.roles[$0] })
        func rank(_ id: Int) -> (Int, Int) {
            if kept.contains(id) { return (0, id) }
            if let counts, counts.indices.contains(id), counts[id] > 0 { return (1, -counts[id]) }
            guard id < plan.rowCount else { return (5, id) }
            if let source = plan.copiedRow(id) { return known.contains(source) ? (2, source) : (5, source) }
            let terms = plan.sourceRows[plan.offsets[id]..<plan.offsets[id + 1]]
            let found = terms.count { known.contains(Int($0)) }
            return (found == 0 ? 6 : found == terms.count ? 3 : 4, id)
        }
        let ranked = DraftVocabulary.candidates(ids.target, rows: rows).map { (rank: rank($0), id: $0) }
            .sorted { ($0.rank.0, $0.rank.1, $0.id) < ($1.rank.0, $1.rank.1, $1.id) }
        self.ids = ranked.prefix(size).map(\.id).sorted()
    }

    /// The ids that may be chosen.
    static func candidates(_ target: Vocabulary, rows: Int) -> [Int] {
        target.ids.filter { $0 < rows }
    }
}
