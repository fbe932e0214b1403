internal import Vocabularies

/// Which token of the target vocabulary does what one of the source vocabulary did: by role, then by text, then by what
/// the text stands for.
struct TokenIDMapping: Sendable {
    let source: Vocabulary
    let target: Vocabulary
    /// For source ids the target id that matches them, where the spelling of tokens differs.
    private let matches: [Int: Int]

    /// Makes a mapping between two vocabularies; `overlap` is theirs, where it is known.
    init(source: Vocabulary, target: Vocabulary, overlap: Overlap? = nil) {
        self.source = source
        self.target = target
        var matches: [Int: Int] = [:]
        for id in overlap?.overlapping ?? [] where overlap?.match(of: id) == .exact {
            for candidate in overlap?.candidates(of: id) ?? [] where matches[candidate] == nil {
                matches[candidate] = id
            }
        }
        self.matches = matches
    }

    /// The target token that plays `role`, or a role that may stand in for it.
    func target(playing role: SpecialRole) -> Int? {
        role.counterparts.lazy.compactMap { target.roles[$0] }.first
    }

    /// The target token that does what the source token `id` does.
    func target(of id: Int) -> Int? {
        // A token may play several roles (GPT-2's is bos, eos and unk): the order of SpecialRole decides.
        for role in [SpecialRole.end, .beginning] + SpecialRole.allCases where source.roles[role] == id {
            if let counterpart = target(playing: role) { return counterpart }
        }
        return source.text(of: id).flatMap { target.id(of: $0) } ?? matches[id]
    }

    /// The source token `id` for messages.
    func name(of id: Int) -> String {
        source.text(of: id).map { "\(id) ('\($0)')" } ?? "\(id) (no token)"
    }
}
