public import Checkpoints
internal import FocusEngine
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// An adapter (PEFT) on its way to another vocabulary by the plan with which its base was specialised: everything is
/// opened and checked when this exists, and nothing is written yet.
///
/// - Whole tables (`modules_to_save`) are rewritten as the base's are.
/// - What low-rank factors add to a row follows the plan, which is exact because a row depends on it linearly: a copied
///   row gets what its source row gets, a sum the same sum, a drawn row nothing. What is added to a row that the
///   model's states made is what is added to the plan's row; to a row of the output layer that is made of the token's
///   first piece, what is added to that.
/// - Tokens with rows of their own keep them under their new ids (`AdapterTokens`).
/// - All else has the same bits. What hangs on all rows at once (DoRA on a table) is refused, and so are factors under
///   plans that bring sums to a length.
public struct AdapterTransfer: Sendable {
    let options: SpecializationOptions
    let stages: StageClock
    let folder: AdapterFolder
    let parts: [AdapterPart]
    let rows: AdapterRows
    let base: AdapterBase?
    let output: AdapterOutput
    private let isInPlace: Bool
    private let stamp: ReadingStamp

    /// Opens the adapter, the plan and the tokenizers.
    ///
    /// - Throws: `FocusError`, or the error of the file that is at fault: one sentence on what stands in the way.
    public init(_ options: SpecializationOptions, stages: StageClock = StageClock()) throws {
        self.options = options
        self.stages = stages
        try options.check()
        isInPlace = options.destination.map { FolderContents.isSame($0.folder, options.checkpoint) } ?? false
        try SpecializationDestinations(options, isInPlace: isInPlace).check()
        guard let path = options.rows.plan else {
            throw FocusError(
                "holds an adapter, which is carried across by the plan with which its base was specialised: name it "
                    + "with --plan (--save-plan keeps one), or merge the adapter into its base first",
                path: options.checkpoint, code: .option)
        }
        try AdapterTransfer.refuseOther(options)
        var stamp = try ReadingStamp(options.checkpoint)
        let plan = try stages.measure("read plan") { _ in try PlanFile(reading: path) }
        let target = try stages.measure("load tokenizers") { _ in
            let target = try Tokenizer.vocabulary(at: options.tokenizer)
            guard plan.targetTokens == TokenTable(target) else {
                throw FocusError("was made for another target tokenizer", path: path)
            }
            if let source = options.sourceTokenizer {
                try plan.check(source: Tokenizer.vocabulary(at: source), target: target, at: path)
            }
            return target
        }
        let folder = try AdapterFolder(options.checkpoint, isInPlace: isInPlace)
        let count = plan.sourceTokens.count
        parts = try folder.places.map { try AdapterPart(folder, $0, count: count, choices: options.choices) }
        let multiple = options.rowMultiple
        rows = AdapterRows(
            rows: plan.rows, sourceCount: count, rowCount: (target.rowCount + multiple - 1) / multiple * multiple)
        let formats = options.formats ?? .builtIn(allowingExternal: [], workers: options.workers)
        base = try options.base.map { try AdapterBase($0, formats: formats) }
        output = try AdapterOutput(
            of: folder, parts, rows, base: base, plan: plan, options: options, isInPlace: isInPlace)
        guard stamp.covers(parts.map { folder.folder.pushing($0.file) }) else {
            throw FocusError("was replaced while it was read; run again", path: options.checkpoint)
        }
        self.folder = folder
        self.stamp = stamp
        if let destination = options.destination {
            let place = try ReplacementPlace(destination.folder, resolvesLink: isInPlace)
            try FreeSpace.check(output.byteCount, at: place.staging, for: destination.folder)
        }
    }

    /// Throws where an option is given that means nothing to an adapter.
    private static func refuseOther(_ options: SpecializationOptions) throws(FocusError) {
        let wrong: String? =
            if options.output.name != nil {
                "adapters stay safetensors, which is what PEFT reads: leave out --to"
            } else if options.savedPlan != nil {
                "the plan is there already: leave out --save-plan"
            } else if !options.prompts.isEmpty || options.extensionTokenizer != nil {
                "the plan says all that is done: leave out --prompt and --extend-with"
            } else {
                nil
            }
        if let wrong { throw FocusError("holds an adapter, and \(wrong)", path: options.checkpoint, code: .option) }
    }

    /// What changes, known before anything is computed.
    public var preview: AdapterPreview { output.preview(options) }

    /// Writes the adapter where the options say.
    ///
    /// - Returns: what changed, and how long each stage took.
    /// - Throws: `CancellationError` where the monitor asks to stop; `FocusError` or `FormatError` where the
    ///   destination exists or has another run's lock, a file cannot be read or written, or is not read back as it was
    ///   written. The destination is then as it was.
    @discardableResult
    public func run() throws -> (preview: AdapterPreview, stages: [StageClock.Stage]) {
        guard let destination = options.destination else { return (preview, stages.stages) }
        let lock = isInPlace ? try ReplacementPlace(destination.folder, resolvesLink: true).lock() : nil
        try stamp.refuseChanged()
        let context = StagedReplacement.Context(
            policy: destination.policy, isInPlace: isInPlace, lock: lock, tell: options.tell)
        try StagedReplacement.replacing(destination.folder, context) { staging in
            let written = try stages.measure("write adapter") { monitor in
                try output.write(to: staging, isInPlace: isInPlace, workers: options.workers, monitor: monitor)
            }
            try stamp.refuseChanged()
            try stages.measure(options.verifies ? "verify" : "force to disk") { monitor in
                try WrittenTensors.verify(
                    options.verifies ? written : [], whileSynchronizing: staging, workers: options.workers,
                    monitor: monitor)
            }
        }
        if let path = options.report {
            var writing = WriteOptions()
            writing.replacesExisting = true
            try JSONFile.write(preview.json, to: path, options: writing)
        }
        return (preview, stages.stages)
    }
}
