public import FocusEngine
internal import JSON
public import Replacement
public import SystemPackage
package import TensorIO
public import Vocabularies

/// A row plan on disk, with the tokens it speaks of, so that it can be explained and applied without tokenizers.
///
/// It is a safetensors file: `kinds` U8 [rows] (0 copy, 1 combine, 2 sample; in version 2 also 3 mean, 4 pieces; in
/// version 3 also 5 mix; in version 4 also 6 prompt), `offsets` I64 [rows + 1], `columns` I32 and `weights` F64 [terms]
/// (a copy has one column of weight 1), `anchors` I32 (target ids), and for `source` and `target` the tokens' UTF-8
/// bytes `….tokens` U8 with `….offsets` I64 [ids + 1]; an id without a token is empty. Where rows are mixed, it has
/// their parts, whose terms are in a row's terms one after the other: `parts.offsets` I64 [rows + 1], `parts.kinds` U8,
/// `parts.weights` F64 and `parts.ends` I64 [parts], where the terms of each end.
///
/// Version 5 also has rows that a model's states made, as they are: of the n-th tensor `made.n.tensor` U8, its name,
/// `made.n.ids` I32, the target rows, and `made.n.rows` F32 [ids, width]; and where rows are made of first pieces,
/// `shares.pieces` I32 and `shares.logarithms` F64 [rows]. They are those of the model that they were made with.
/// Version 6 is written where rows are what the user says (kind 8), which may be beside all of the above.
public struct PlanFile: Sendable {
    /// The plan, and the rows that do not follow it.
    public let rows: NewRows
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
        self.init(NewRows(plan), source: source, target: target, metadata: metadata)
    }

    /// Makes a plan file of `rows`, those that states made among them, between two vocabularies.
    ///
    /// - Parameter untiedHead: the output layer that is untied from its table.
    package init(
        _ rows: NewRows, untiedHead: TensorName? = nil, source: Vocabulary, target: Vocabulary,
        metadata: [String: String] = [:]
    ) {
        self.init(
            rows, untiedHead: untiedHead, source: TokenTable(source), target: TokenTable(target), metadata: metadata)
    }

    init(
        _ rows: NewRows, untiedHead: TensorName?, source: TokenTable, target: TokenTable, metadata: [String: String]
    ) {
        self.rows = rows
        sourceTokens = source
        targetTokens = target
        var all = metadata
        all["format"] = PlanFile.formatName
        all["version"] = rows.fileVersion
        all["seed"] = "\(rows.plan.seed)"
        if rows.plan.matchesNorm { all["norm"] = PlanFile.anchorNorm }
        if let untiedHead { all[PlanFile.untiedKey] = untiedHead.description }
        if let report = rows.report {
            all[PlanFile.reportKey] = String(decoding: report.json.written(), as: UTF8.self)
        }
        self.metadata = all
    }

    /// The plan.
    public var plan: RowPlan { rows.plan }

    /// The same file with other metadata.
    init(_ file: PlanFile, metadata: [String: String]) {
        rows = file.rows
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
        Explanation(of: id, in: rows, sourceText: { sourceTokens[$0] }, targetText: { targetTokens[$0] })
    }
}

extension NewRows {
    /// The first version of files that can say what the rows are.
    fileprivate var fileVersion: String {
        if plan.kinds.contains(.given) { return "6" }
        return made.isEmpty && shares == nil && !plan.kinds.contains(.blend) ? plan.fileVersion : "5"
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
