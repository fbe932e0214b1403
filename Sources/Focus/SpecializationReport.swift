public import FocusEngine
public import JSON
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
    /// A few tokens of each kind.
    public let examples: [Explanation]
    /// What changed beside the rows.
    public let preview: SpecializationPreview
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
                    .init("anchors", .integer(summary.anchors)),
                ])),
            .init(
                "support",
                .object([
                    .init("mean", .double(summary.meanSupport)), .init("max", .integer(summary.maximumSupport)),
                ])),
            .init("heldOut", heldOutJSON), .init("examples", .array(examples.map(\.json))),
            .init("changes", preview.json),
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

    /// Writes the report to `path`, replacing what is there.
    public func write(to path: FilePath) throws {
        var options = WriteOptions()
        options.replacesExisting = true
        try JSONFile.write(json, to: path, options: options)
    }
}
