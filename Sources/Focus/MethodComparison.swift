public import FocusEngine
public import JSON

/// The methods side by side, for one checkpoint, tokenizer and text, before anything is written.
public struct MethodComparison: Sendable {
    /// One method.
    public struct Entry: Sendable {
        /// How the rows come about.
        public let method: MethodDescription
        /// The plan in figures.
        public let summary: RowPlanSummary
        /// How many source rows a new row that is a sum takes on average.
        public let meanSupport: Double
        /// How well hidden anchors are rebuilt, the same ones by every method; nil where that cannot be measured.
        public let heldOut: HeldOutReconstruction?
        /// The shares of the text's tokens whose rows are copied, sums of source rows, and drawn; together 1.
        public let shares: (copied: Double, combined: Double, sampled: Double)
    }

    /// The methods, in the order of `RowMethod`.
    public let entries: [Entry]
    /// Characters of the text a token of the source tokenizer.
    public let charactersBefore: Double
    /// Characters of the text a token of the target tokenizer.
    public let charactersAfter: Double
    /// The method to take.
    public let recommended: RowMethod
    /// Why.
    public let reason: String

    /// A mean support above this says that the auxiliary embeddings are undertrained.
    public static let undertrainedSupport = 60.0

    init(_ entries: [Entry], charactersBefore: Double, charactersAfter: Double) {
        self.entries = entries
        self.charactersBefore = charactersBefore
        self.charactersAfter = charactersAfter
        (recommended, reason) = MethodComparison.recommendation(entries)
    }

    /// The method to take, and why.
    ///
    /// Rebuilding ranks a mixture and its parts fairly, and parts of different kinds not: so the question is only whether the mixture is
    /// to be trusted.
    static func recommendation(_ entries: [Entry]) -> (RowMethod, String) {
        func cosine(_ method: RowMethod) -> Double? {
            entries.first { $0.method.method == method }?.heldOut?.meanCosine
        }
        let support = entries.first { $0.method.method == .focus }?.summary.meanSupport ?? 0
        if support > undertrainedSupport {
            return (
                .pieces,
                "a combination takes \(rounded(support, 0)) anchors, more than \(Int(undertrainedSupport)): the auxiliary embeddings are "
                    + "undertrained (more text, more --epochs or a lower --min-count would help), and pieces do without them"
            )
        }
        guard let mixed = cosine(.focusAndPieces), let focus = cosine(.focus), let pieces = cosine(.pieces) else {
            return (.pieces, "no anchor could be hidden and rebuilt by combinations, so that nothing speaks for them")
        }
        if pieces >= mixed {
            return (
                .pieces,
                "pieces alone rebuild hidden anchors as well (\(rounded(pieces, 3))) as they do with combinations (\(rounded(mixed, 3)))"
            )
        }
        if focus > mixed {
            return (
                .focus,
                "combinations alone rebuild hidden anchors better (\(rounded(focus, 3))) than with pieces (\(rounded(mixed, 3)))"
            )
        }
        return (
            .focusAndPieces,
            "the mixture rebuilds hidden anchors better (\(rounded(mixed, 3))) than either of its parts (\(rounded(focus, 3)) and "
                + "\(rounded(pieces, 3)))"
        )
    }

    private static func rounded(_ number: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let value = (number * scale).rounded()
        guard digits > 0, value.magnitude < 1e15 else { return "\(Int(value.magnitude < 1e15 ? value : 0))" }
        let whole = Int(value.magnitude)
        let fraction = String(whole % Int(scale))
        return (value < 0 ? "-" : "") + "\(whole / Int(scale))."
            + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// The comparison as JSON.
    public var json: JSONBuilder {
        .object([
            .init("methods", .array(entries.map(\.json))),
            .init(
                "charactersPerToken",
                .object([.init("before", .double(charactersBefore)), .init("after", .double(charactersAfter))])),
            .init(
                "recommended", .object([.init("method", .text(recommended.rawValue)), .init("reason", .text(reason))])),
        ])
    }
}

extension MethodComparison.Entry {
    fileprivate var json: JSONBuilder {
        .object([
            .init("method", method.json),
            .init(
                "heldOut",
                heldOut.map {
                    .object([
                        .init("hidden", .integer($0.hidden)), .init("cosine", .double($0.meanCosine)),
                        .init("meanVectorCosine", .double($0.meanVectorCosine)),
                    ])
                } ?? .null),
            .init("support", .double(meanSupport)),
            .init(
                "shareOfTokens",
                .object([
                    .init("copied", .double(shares.copied)), .init("combined", .double(shares.combined)),
                    .init("sampled", .double(shares.sampled)),
                ])),
            .init(
                "rows",
                .object([
                    .init("copied", .integer(summary.copied)), .init("mixed", .integer(summary.mixed)),
                    .init("combined", .integer(summary.combined)), .init("pieces", .integer(summary.pieced)),
                    .init("mean", .integer(summary.averaged)), .init("sampled", .integer(summary.sampled)),
                ])),
        ])
    }
}
