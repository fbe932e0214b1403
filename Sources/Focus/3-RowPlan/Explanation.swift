public import FocusEngine
private import Glibc
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

    /// What a row of the output layer is made of where shares are counted.
    public struct Head: Sendable {
        /// The token's first piece, whose row it starts from; the weight is the token's share of that piece.
        public let piece: Part
        /// The natural logarithm of the share, which the row adds to the piece's logit.
        public let logarithm: Double
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
    /// What the row of the output layer is made of; nil where it is made as the table's.
    public let head: Head?
    /// What was learnt from the model's states for the row; nil where nothing of them is in it.
    public let states: ModelRowsReport?

    /// Explains the row `id` of `rows` with the tokens that the two functions name.
    init(of id: Int, in rows: NewRows, sourceText: (Int) -> TokenText?, targetText: (Int) -> TokenText?) {
        let plan = rows.plan
        func parts(_ terms: Range<Int>) -> [Part] {
            terms.map { term in
                let source = Int(plan.sourceRows[term])
                return Part(id: source, text: sourceText(source), weight: plan.weights[term])
            }.sorted { ($1.weight, $0.id) < ($0.weight, $1.id) }
        }
        head = rows.shares.flatMap { shares in
            guard shares.firstPieces.indices.contains(id), shares.firstPieces[id] >= 0 else { return nil }
            let piece = Int(shares.firstPieces[id])
            return Head(
                piece: Part(id: piece, text: sourceText(piece), weight: exp(shares.logarithms[id])),
                logarithm: shares.logarithms[id])
        }
        let isMade = plan.kind(of: id) != .copy && rows.made.values.contains { $0.contains(id) }
        states = isMade && rows.report?.trainingPairs != nil ? rows.report : nil
        self.id = id
        text = targetText(id)
        kind = plan.kind(of: id)
        self.parts = kind == .mix ? [] : parts(plan.offsets[id]..<plan.offsets[id + 1])
        sums = plan.mixtures[id].map { Sum(kind: $0.kind, weight: $0.weight, parts: parts($0.terms)) }
    }
}
