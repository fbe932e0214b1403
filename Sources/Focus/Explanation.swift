public import FocusEngine

/// Where a target token's row comes from, in tokens.
public struct Explanation: Sendable {
    /// A source token and its share.
    public struct Part: Sendable {
        /// The source token's id.
        public let id: Int
        /// The source token's text; nil where the id has none.
        public let text: TokenText?
        /// Its weight; the weights of a row sum to 1.
        public let weight: Double
    }

    /// The target token's id.
    public let id: Int
    /// The target token's text.
    public let text: TokenText?
    /// How the row is made.
    public let kind: RowKind
    /// The source tokens it is made of, heaviest first; none for a sampled row.
    public let parts: [Part]

    /// Explains the row `id` of `plan` with the tokens that the two functions name.
    init(of id: Int, in plan: RowPlan, sourceText: (Int) -> TokenText?, targetText: (Int) -> TokenText?) {
        let parts = (plan.offsets[id]..<plan.offsets[id + 1]).map { term in
            let source = Int(plan.columns[term])
            return Part(id: source, text: sourceText(source), weight: plan.weights[term])
        }
        self.id = id
        text = targetText(id)
        kind = plan.kind(of: id)
        self.parts = parts.sorted { ($1.weight, $0.id) < ($0.weight, $1.id) }
    }
}
