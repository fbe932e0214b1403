internal import Replacement
internal import SystemPackage

/// What becomes of the ids in `adapter_config.json`.
struct AdapterTokenChange: Sendable {
    /// The new ids.
    let tokens: AdapterConfiguration.TokenIndices
    /// What changes, one for each list.
    private(set) var changes: [ConfigChange] = []
    /// Source tokens that no target token is a copy of, ascending.
    let lost: [Int]
    /// What the user should know.
    private(set) var notes: [String] = []

    /// Carries the ids of `part`.
    init(_ part: AdapterPart, _ rows: AdapterRows, hasBase: Bool) {
        var lost: Set<Int> = []
        var partly = 0
        var changes: [ConfigChange] = []
        func carry(_ ids: [Int], _ module: String) -> [Int] {
            let carried = AdapterTokens(ids, rows, hasBase: hasBase)
            lost.formUnion(carried.lost)
            partly += carried.partlyCount
            if carried.ids != ids {
                changes.append(
                    ConfigChange(
                        key: module, old: AdapterTokenChange.text(ids), new: AdapterTokenChange.text(carried.ids)))
            }
            return carried.ids
        }
        switch part.configuration.tokens {
        case .none: tokens = .none
        case .list(let ids):
            let new = carry(ids, part.configuration.tokensKey)
            tokens = new.isEmpty ? .none : .list(new)
        case .modules(let modules):
            let new = modules.map { module in
                AdapterConfiguration.TokenIndices.Module(
                    name: module.name, ids: carry(module.ids, "\(part.configuration.tokensKey).\(module.name)"))
            }.filter { !$0.ids.isEmpty }
            tokens = new.isEmpty ? .none : .modules(new)
        }
        self.changes = changes
        self.lost = lost.sorted()
        if !lost.isEmpty {
            let isOne = lost.count == 1
            notes.append(
                "\(lost.count) token\(isOne ? " with a row of its own is" : "s with rows of their own are") "
                    + "no token of the target, and what the adapter learnt there is lost but for sums of such rows")
        }
        if partly > 0 {
            notes.append(
                "\(partly) new rows are made of tokens with rows of their own and of others: they stay as the base has "
                    + "them; --base DIR, the model before it was specialised, carries these, too")
        }
    }

    /// Throws where an adapter that is nothing but rows of tokens would have none.
    func refuseEmpty(_ part: AdapterPart) throws(FocusError) {
        guard part.configuration.type == "TRAINABLE_TOKENS", tokens == .none, part.configuration.tokens != .none else {
            return
        }
        throw FocusError(
            "is nothing but rows of tokens, none of which the target tokenizer has: there is nothing to carry",
            path: part.configuration.path)
    }

    private static func text(_ ids: [Int]) -> String { "[\(ids.map(String.init).joined(separator: ", "))]" }
}
