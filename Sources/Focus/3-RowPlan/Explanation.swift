public import FocusEngine
public import Vocabularies

/// Where a target token's row comes from, in tokens.
public struct Explanation: Sendable {
    /// A source token and its share.
    public struct Part: Sendable {
        /// The source token's id.
        public let id: Int
        /// The source token's text; nil where the id has none.
        public let text: TokenText?
        /// Its weight; the weights of a sum are together 1.
        public let weight: Double
    }

    /// One of the sums that a mixed row is made of.
    public struct Sum: Sendable {
        /// How it came about.
        public let kind: RowKind
        /// Its share, as a vector of length 1; those of a row are together 1.
        public let weight: Double
        /// The source tokens it is made of, heaviest first.
        public let parts: [Part]
    }

    /// The target token's id.
    public let id: Int
    /// The target token's text.
    public let text: TokenText?
    /// How the row is made.
    public let kind: RowKind
    /// The source tokens it is made of, heaviest first; none for a sampled row, and none for a mixed one, which has
    /// sums.
    public let parts: [Part]
    /// The sums of a mixed row.
    public let sums: [Sum]

    /// Explains the row `id` of `plan` with the tokens that the two functions name.
    init(of id: Int, in plan: RowPlan, sourceText: (Int) -> TokenText?, targetText: (Int) -> TokenText?) {
        func parts(_ terms: Range<Int>) -> [Part] {
            terms.map { term in
                let source = Int(plan.sourceRows[term])
                return Part(id: source, text: sourceText(source), weight: plan.weights[term])
            }.sorted { ($1.weight, $0.id) < ($0.weight, $1.id) }
        }
        self.id = id
        text = targetText(id)
        kind = plan.kind(of: id)
        self.parts = kind == .mix ? [] : parts(plan.offsets[id]..<plan.offsets[id + 1])
        sums = plan.mixtures[id].map { Sum(kind: $0.kind, weight: $0.weight, parts: parts($0.terms)) }
    }
}
