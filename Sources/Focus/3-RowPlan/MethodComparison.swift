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
        /// What the model keeps with these rows: a figure of the comparison's `measured`; nil where that is nil.
        public let measured: Double?
        /// The shares of the text's tokens whose rows are copied, sums of source rows, and drawn; together 1.
        public let shares: (copied: Double, combined: Double, sampled: Double)
    }

    /// The methods, in the order of `RowMethod.compared`.
    public let entries: [Entry]
    /// What was measured by running the model; nil where that was not asked for.
    public let measured: ModelMeasurement?
    /// What of the two tokenizers will hurt, whatever the method.
    public let tokens: TokenReport
    /// Characters of the text a token of the source tokenizer.
    public let charactersBefore: Double
    /// Characters of the text a token of the target tokenizer.
    public let charactersAfter: Double
    /// The method to take.
    public let recommended: RowMethod
    /// Why.
    public let reason: String

    init(
        _ entries: [Entry], tokens: TokenReport, measured: ModelMeasurement?, isCausal: Bool, charactersBefore: Double,
        charactersAfter: Double
    ) {
        self.entries = entries
        self.tokens = tokens
        self.measured = measured
        self.charactersBefore = charactersBefore
        self.charactersAfter = charactersAfter
        func cosine(_ method: RowMethod) -> Double? {
            entries.first { $0.method.method == method }?.heldOut?.meanCosine
        }
        if let measured, let best = MethodRecommendation(entries, measured) {
            (recommended, reason) = (best.method, best.reason)
            return
        }
        if isCausal {
            recommended = .focusAndStates
            reason =
                "hidden anchors do not rank methods for a model that predicts the next token, and this one has kept "
                + "most where it was measured; --measure measures it here"
            return
        }
        let recommendation = MethodRecommendation(
            support: entries.first { $0.method.method == .focus }?.summary.meanSupport ?? 0, focus: cosine(.focus),
            pieces: cosine(.pieces), mixed: cosine(.focusAndPieces))
        recommended = recommendation.method
        reason = recommendation.reason
    }

    /// The comparison as JSON.
    public var json: JSONBuilder {
        .object([
            .init("methods", .array(entries.map(\.json))), .init("tokens", tokens.json),
            .init("measured", measured.map { .object($0.fields) } ?? .null),
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
            .init("measured", measured.map { .double($0) } ?? .null), .init("support", .double(meanSupport)),
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
