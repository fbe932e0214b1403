/// For target tokens that play a role, the source tokens that play it.
struct Counterparts: Sendable {
    /// A source token and why it was chosen.
    struct Match: Sendable {
        /// The source token.
        let source: Int
        /// The role of the target token that decided.
        let role: SpecialRole
        /// The role that the source token plays.
        let sourceRole: SpecialRole?
    }

    private var matches: [Int: Match] = [:]
    /// For each target token all source tokens that play one of its roles.
    private var players: [Int: Set<Int>] = [:]

    /// Finds the counterparts of the tokens of `target` that play roles: the same role if `source` has it, else one
    /// that may stand in for it.
    init(of target: Vocabulary, in source: Vocabulary) {
        let order = Counterparts.order(of: target)
        for place in 0..<2 {
            for role in order where place < role.counterparts.count {
                let counterpart = role.counterparts[place]
                guard let id = target.roles[role], let other = source.roles[counterpart], source.contains(id: other)
                else { continue }
                players[id, default: []].insert(other)
                if matches[id] == nil { matches[id] = Match(source: other, role: role, sourceRole: counterpart) }
            }
        }
    }

    /// Finds nothing.
    init() {}

    /// The counterpart of the target token `id`.
    subscript(id: Int) -> Match? { matches[id] }

    /// Whether the source token `candidate` plays one of the roles of the target token `id`.
    func plays(_ candidate: Int, for id: Int) -> Bool {
        players[id]?.contains(candidate) == true
    }

    /// The roles in the order in which they decide for a token that plays several: those that a token around a text
    /// really plays come first, but for those that the user gives, and the beginning of a text last where the tokenizer
    /// puts nothing there.
    static func order(of vocabulary: Vocabulary) -> [SpecialRole] {
        let origins = vocabulary.roleRecord.origins
        guard vocabulary.roleRecord.putAroundText != nil || origins.values.contains(.user) else {
            return SpecialRole.allCases
        }
        let played = vocabulary.roleRecord.putAroundText
        func rank(_ role: SpecialRole) -> Int {
            if origins[role] == .user { return -1 }
            guard let played else { return 0 }
            if let id = played[role], id == vocabulary.roles[role] { return 0 }
            let begins = role == .beginning || role == .classification
            return begins && played[.beginning] == nil && played[.classification] == nil ? 2 : 1
        }
        return SpecialRole.allCases.enumerated().sorted {
            (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
        }
        .map(\.element)
    }
}
