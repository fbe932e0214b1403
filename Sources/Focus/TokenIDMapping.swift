internal import FocusEngine

/// Which token of the target vocabulary does what one of the source vocabulary did: by role, then by text.
struct TokenIDMapping: Sendable {
    let source: Vocabulary
    let target: Vocabulary

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
        return source.text(of: id).flatMap { target.id(of: $0) }
    }

    /// The source token `id` for messages.
    func name(of id: Int) -> String {
        source.text(of: id).map { "\(id) ('\($0)')" } ?? "\(id) (no token)"
    }
}
