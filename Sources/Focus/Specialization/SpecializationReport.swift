public import Checkpoints
public import FocusEngine
public import JSON
public import Replacement
public import SystemPackage
internal import TensorIO

/// What a specialisation did, for people and for scripts.
public struct SpecializationReport: Sendable {
    /// Rows of the plan by kind.
    public let summary: RowPlanSummary
    /// Rows of the tensors written, padding included.
    public let writtenRows: Int
    /// Rows of the source's vocabulary tensors.
    public let sourceRows: Int
    /// How well hidden anchors are rebuilt; nil where the plan was kept from an earlier run.
    public let heldOut: HeldOutReconstruction?
    /// What the model keeps with the new rows, on lines of the text, or why that is not known; nil where it was not
    /// asked for, or there is no text.
    public let measured: Result<ModelMeasurement, FocusError>?
    /// How the rows came about; nil where the plan was kept from an earlier run.
    public let method: MethodDescription?
    /// What the model itself was made to read for rows; nil where it read nothing.
    public let modelRows: ModelRowsReport?
    /// What each row of the plan is.
    public let kinds: [RowKind]
    /// Whether sums of rows were brought to the mean norm of the anchors.
    public let matchesNorm: Bool
    /// A few tokens of each kind.
    public let examples: [Explanation]
    /// What changed beside the rows.
    public let preview: SpecializationPreview
    /// How many files that stay as they are came along in which way.
    public let untouchedFiles: [FileTransfer: Int]
    /// How long each stage took.
    public let stages: [StageClock.Stage]
    /// The largest resident size of the process, in bytes.
    public let peakResidentBytes: Int

    /// The report as JSON.
    public var json: JSONBuilder {
        .object([
            .init(
                "rows",
                .object([
                    .init("source", .integer(sourceRows)), .init("target", .integer(summary.rows)),
                    .init("written", .integer(writtenRows)), .init("copied", .integer(summary.copied)),
                    .init("combined", .integer(summary.combined)), .init("sampled", .integer(summary.sampled)),
                    .init("mean", .integer(summary.averaged)), .init("pieces", .integer(summary.pieced)),
                    .init("mixed", .integer(summary.mixed)), .init("blended", .integer(summary.blended)),
                    .init("given", .integer(summary.given)),
                    .init("anchors", .integer(summary.anchors)),
                ])),
            .init(
                "support",
                .object([
                    .init("mean", .double(summary.meanSupport)), .init("max", .integer(summary.maximumSupport)),
                ])),
            .init("method", method?.json ?? .null), .init("modelRows", modelRows?.json ?? .null),
            .init("used", usedJSON), .init("rare", rareJSON),
            .init("heldOut", heldOutJSON), .init("measured", measuredJSON),
            .init("examples", .array(examples.map(\.json))),
            .init("changes", preview.json),
            .init(
                "untouchedFiles",
                .object(FileTransfer.allCases.map { .init($0.rawValue, .integer(untouchedFiles[$0] ?? 0)) })),
            .init(
                "stages",
                .array(
                    stages.map { stage in
                        .object([.init("name", .text(stage.name)), .init("seconds", .double(stage.seconds))])
                    })),
            .init("seconds", .double(stages.reduce(0) { $0 + $1.seconds })),
            .init("peakResidentBytes", .integer(peakResidentBytes)),
        ])
    }

    private var heldOutJSON: JSONBuilder {
        guard let heldOut else { return .null }
        return .object([
            .init("hidden", .integer(heldOut.hidden)), .init("cosine", .double(heldOut.meanCosine)),
            .init("meanVectorCosine", .double(heldOut.meanVectorCosine)),
        ])
    }

    private var measuredJSON: JSONBuilder {
        switch measured {
        case nil: .null
        case .success(let found):
            .object(found.fields + [.init("written", found.values.first.map { .double($0) } ?? .null)])
        case .failure(let error): .object([.init("failure", .text(error.description))])
        }
    }

    /// The target ids that the method did not reach, by what became of them.
    private var rareJSON: JSONBuilder {
        func ids(_ kind: RowKind) -> JSONBuilder {
            .array(kinds.indices.filter { kinds[$0] == kind }.map { .integer($0) })
        }
        let isReached = method?.method.usesPieces == true
        return .object([
            .init("normal", ids(.sample)), .init("mean", ids(.mean)),
            .init("pieces", isReached ? .array([]) : ids(.pieces)),
            .init("norm", .text(matchesNorm ? PlanFile.anchorNorm : "as summed")),
        ])
    }

    /// The target ids by what their rows are made of, as ranges: `0-3,7`.
    private var usedJSON: JSONBuilder {
        var ranges: [RowKind: [String]] = [:]
        var start = 0
        for id in kinds.indices where id + 1 == kinds.count || kinds[id + 1] != kinds[id] {
            ranges[kinds[id], default: []].append(start == id ? "\(id)" : "\(start)-\(id)")
            start = id + 1
        }
        return .object(
            RowKind.allCases.filter { ![.prompt, .blend, .given].contains($0) || ranges[$0] != nil }
                .map { .init("\($0)", .text((ranges[$0] ?? []).joined(separator: ","))) })
    }

    /// Writes the report to `path` as JSON, replacing what is there.
    ///
    /// - Throws: `FormatError` where a folder on the way is missing or may not be written, or the disk is full.
    public func write(to path: FilePath) throws {
        var options = WriteOptions()
        options.replacesExisting = true
        try JSONFile.write(json, to: path, options: options)
    }

    /// Writes the report to `path` as a page with `figures`, replacing what is there; as JSON where there are none.
    func write(to path: FilePath, _ figures: PageFigures?) throws {
        guard let figures else { return try write(to: path) }
        var options = WriteOptions()
        options.replacesExisting = true
        try JSONFile.write(SpecializationPage(self, figures).bytes, to: path, options: options)
    }
}
