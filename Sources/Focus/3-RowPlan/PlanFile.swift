public import FocusEngine
public import Replacement
public import SystemPackage
public import Vocabularies

/// A row plan on disk, with the tokens it speaks of, so that it can be explained and applied without tokenizers.
///
/// It is a safetensors file: `kinds` U8 [rows] (0 copy, 1 combine, 2 sample; in version 2 also 3 mean, 4 pieces; in
/// version 3 also 5 mix; in version 4 also 6 prompt), `offsets` I64 [rows + 1], `columns` I32 and `weights` F64 [terms]
/// (a copy has one column of weight 1), `anchors` I32 (target ids), and for `source` and `target` the tokens' UTF-8
/// bytes `….tokens` U8 with `….offsets` I64 [ids + 1]; an id without a token is empty. Where rows are mixed, it has
/// their parts, whose terms are in a row's terms one after the other: `parts.offsets` I64 [rows + 1], `parts.kinds` U8,
/// `parts.weights` F64 and `parts.ends` I64 [parts], where the terms of each end.
public struct PlanFile: Sendable {
    /// The plan.
    public let plan: RowPlan
    /// The tokens of the source vocabulary by id.
    package let sourceTokens: TokenTable
    /// The tokens of the target vocabulary by id.
    package let targetTokens: TokenTable
    /// What else the file says: seed and method.
    public let metadata: [String: String]

    static let formatName = "focus-plan"
    /// What `norm` says of a plan whose sums get the mean norm of the anchors.
    static let anchorNorm = "anchors"

    /// Makes a plan file of `plan` between two vocabularies.
    public init(_ plan: RowPlan, source: Vocabulary, target: Vocabulary, metadata: [String: String] = [:]) {
        self.plan = plan
        sourceTokens = TokenTable(source)
        targetTokens = TokenTable(target)
        self.metadata = metadata.merging([
            "format": PlanFile.formatName, "version": plan.fileVersion, "seed": "\(plan.seed)",
        ]) { $1 }.merging(plan.matchesNorm ? ["norm": PlanFile.anchorNorm] : [:]) { $1 }
    }

    /// The same file with other metadata.
    init(_ file: PlanFile, metadata: [String: String]) {
        plan = file.plan
        sourceTokens = file.sourceTokens
        targetTokens = file.targetTokens
        self.metadata = metadata
    }

    /// Throws unless the plan was made for these vocabularies.
    ///
    /// - Throws: `FocusError` that says which of the two vocabularies is another one.
    public func check(source: Vocabulary, target: Vocabulary, at path: FilePath) throws(FocusError) {
        guard sourceTokens == TokenTable(source) else {
            throw FocusError("was made for another source vocabulary than this checkpoint's", path: path)
        }
        guard targetTokens == TokenTable(target) else {
            throw FocusError("was made for another target tokenizer", path: path)
        }
    }

    /// Where the target row `id` comes from.
    public func explanation(of id: Int) -> Explanation {
        Explanation(of: id, in: plan, sourceText: { sourceTokens[$0] }, targetText: { targetTokens[$0] })
    }
}

extension RowPlan {
    /// The first version of files that can say what the plan says.
    fileprivate var fileVersion: String {
        guard !kinds.contains(.prompt) else { return "4" }
        guard mixtures.isEmpty else { return "3" }
        return matchesNorm || kinds.contains(.mean) || kinds.contains(.pieces) ? "2" : "1"
    }
}
