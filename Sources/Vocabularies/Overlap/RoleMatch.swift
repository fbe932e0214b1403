/// Which source token lends its row to a target token for what both are for.
public struct RoleMatch: Sendable, Hashable {
    /// The role of the target token that decided.
    public let role: SpecialRole
    /// The target token.
    public let target: Int
    /// What gives the target token its role; nil where that is not known.
    public let origin: RoleRecord.Origin?
    /// The source token whose row it gets; nil where it gets none by role or text.
    public let source: Int?
    /// Whether the role decided. Otherwise the source token, if there is one, has the same text.
    public let isByRole: Bool
    /// What gives the source token its role; nil where the role did not decide, or where that is not known.
    public let sourceOrigin: RoleRecord.Origin?
    /// The source token that a configuration names for the role although the tokenizer does not put it before a text.
    public let unplayed: RoleRecord.Unplayed?

    /// The same target token without a source row.
    var withoutSource: RoleMatch {
        RoleMatch(
            role: role, target: target, origin: origin, source: nil, isByRole: false, sourceOrigin: nil,
            unplayed: unplayed)
    }
}

extension Overlap {
    /// One match for each target token that plays a role, in the order of its roles: tokens around a text first.
    static func roleMatches(
        target: Vocabulary, source: Vocabulary, counterparts: Counterparts, sourceOf: (Int) -> Int?,
        isByRole: (Int) -> Bool
    ) -> [RoleMatch] {
        var matches: [RoleMatch] = []
        var seen: Set<Int> = []
        for role in Counterparts.order(of: target) {
            guard let id = target.roles[role], target.contains(id: id), seen.insert(id).inserted else { continue }
            let decided = counterparts[id]
            let wins = isByRole(id)
            let shown = decided?.role ?? role
            matches.append(
                RoleMatch(
                    role: shown, target: id, origin: target.roleRecord.origins[shown], source: sourceOf(id),
                    isByRole: wins,
                    sourceOrigin: wins ? decided?.sourceRole.flatMap { source.roleRecord.origins[$0] } : nil,
                    unplayed: shown.counterparts.lazy.compactMap { source.roleRecord.unplayed[$0] }.first))
        }
        return matches
    }
}
