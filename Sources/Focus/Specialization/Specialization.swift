public import Checkpoints
public import FocusEngine
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// A checkpoint on its way to another tokenizer: everything is opened and checked when this exists, and nothing is
/// written yet.
public struct Specialization: Sendable {
    /// What `run` gives.
    public struct Outcome: Sendable {
        /// The plan that was applied.
        public let plan: RowPlan
        /// What happened.
        public let report: SpecializationReport
    }

    var options: SpecializationOptions
    let stages: StageClock
    let checkpoint: Checkpoint
    var inputs: SpecializationInputs
    let tensors: NewTensors
    let output: CheckpointWriter
    /// The drafts that are written with the checkpoint.
    let drafts: [DraftFolder]
    /// What of the two tokenizers will hurt.
    public let tokens: TokenReport
    /// What it takes to make rows with the model itself; nil where it is not run.
    var modelRows: ModelRowsSetup?

    /// The rows that are written: the target tokenizer's, padded as asked.
    public var writtenRows: Int {
        tensors.rowCount
    }

    /// Opens the checkpoint and both tokenizers and checks that the job can be done: that everything can be read and
    /// understood, that all names can be written, that there is room. No line of the corpus is read.
    ///
    /// - Throws: `FocusError`, or the error of the file that is at fault: one sentence on what stands in the way.
    public init(_ options: SpecializationOptions, stages: StageClock = StageClock()) throws {
        self.stages = stages
        try options.check()
        let isInPlace = options.destination.map { FolderContents.isSame($0.folder, options.checkpoint) } ?? false
        try SpecializationDestinations(options, isInPlace: isInPlace).check()
        let formats = options.formats ?? .builtIn(allowingExternal: [], workers: options.workers)
        let checkpoint = try stages.measure("open checkpoint") { _ in
            try Checkpoint.open(options.checkpoint, variant: options.variant, formats: formats)
        }
        let format = try TensorDestination(options, checkpoint, formats)
        try CheckpointSuitability.check(checkpoint, allowsOwnCode: options.allowsOwnCode)
        try checkpoint.checkSettings()
        try EmbeddedVocabulary.check(checkpoint, destination: format)
        var options = options.choosingMethod(for: checkpoint)
        let inputs = try SpecializationInputs(options, checkpoint, stages: stages)
        if inputs.copiesAll { options.choice = options.choice?.copyingAll }
        if !inputs.copiesAll, inputs.pieces == nil {
            options = options.choosingMethod(for: checkpoint, cutsText: false)
        }
        try options.checkCounts(checkpoint, source: inputs.pieces?.tokenizer)
        let tensors = try NewTensors(of: checkpoint, inputs, options)
        modelRows = try ModelRowsSetup(options, checkpoint, inputs)
        let plan = try OutputFolderPlan(
            of: checkpoint, inputs, tensors, tokenizer: options.tokenizer, formats: formats,
            keepsOtherWeights: options.keepsOtherWeights, isInPlace: isInPlace,
            as: .checkpoint(drafts: try options.drafts.compactMap { try DraftFolder.place(of: $0, in: checkpoint) }),
            notes: Specialization.extensionNotes(options, inputs)
                + (format?.notes(on: checkpoint, isAskedFor: options.output.name != nil) ?? [])
                + EmbeddedVocabulary(in: checkpoint.metadata, tensors).notes
                + tensors.positions.shifts.map(\.note) + tensors.positions.notes)
        output = CheckpointWriter(
            checkpoint: checkpoint, tensors: tensors, plan: plan, format: format,
            linksUntouched: options.linksUntouched, workers: options.workers, writesCard: options.writesModelCard)
        drafts = try DraftFolder.all(options, of: tensors, inputs, formats: formats)
        if let destination = options.destination {
            try output.checkRoom(
                at: destination.folder, more: drafts.reduce(0) { $0 + $1.writer.plan.byteCount })
        }
        try TemporaryRoom(options, checkpoint, inputs, tensors, modelRows).check()
        let writers = [output] + drafts.map(\.writer)
        try stages.measure("look for NaN") { monitor in
            for writer in writers {
                try SourceRowCheck(writer.checkpoint, inputs, writer.tensors, workers: options.workers)
                    .check(monitor: monitor)
            }
        }
        tokens = try stages.measure("compare tokenizers") { _ in
            TokenReport(
                checkpoint,
                .init(
                    source: inputs.source, sourceTokenizer: inputs.pieces?.tokenizer, target: inputs.target,
                    overlap: inputs.wholeOverlap),
                targetPath: options.tokenizer, untrained: inputs.untrained, workers: options.workers)
        }
        self.options = options
        self.checkpoint = checkpoint
        self.inputs = inputs
        self.tensors = tensors
    }

    /// Makes the plan, writes the checkpoint where the options say, and reports.
    ///
    /// - Throws: `CancellationError` where the monitor asks to stop; else the error of the step that failed:
    ///   `CorpusError`, `TokenizerError` or `EmbeddingError` for text and vectors, `FormatError` or `FocusError` for
    ///   what is read and written. The destination is then as it was.
    @discardableResult
    public func run() throws -> Outcome {
        try refuseUnsuitableMethod()
        // Before anything is computed: who did not want this can still stop.
        output.plan.losses.forEach(options.tell)
        // Locked before the part that takes long, so that a second run fails at once.
        let lock = try lockInPlace()
        // What was opened before the lock was taken may have been replaced.
        try checkpoint.refuseChanged()
        let (job, ingredients, made) = try makeRows()
        let rows = try counted(made, ingredients)
        let plan = rows.plan
        if let path = options.savedPlan {
            try stages.measure("save plan") { _ in
                try planFile(of: rows, ingredients).write(to: path)
            }
        }
        let measured = try measurement(of: rows)
        let figures = try job.pageFigures(of: rows)
        // A figure that is missing is no reason to throw away a checkpoint.
        let heldOut = inputs.copiesAll ? nil : ingredients.flatMap { try? job.reconstruct($0) }
        let preview = changes(after: plan, counts: ingredients?.targetCounts)
        func report(_ untouched: [FileTransfer: Int]) -> SpecializationReport {
            SpecializationReport(
                summary: plan.summary, writtenRows: writtenRows, sourceRows: tensors.vocabulary.rows, heldOut: heldOut,
                measured: measured, method: ingredients?.method, modelRows: rows.report, kinds: plan.kinds,
                matchesNorm: plan.matchesNorm, examples: examples(of: rows), preview: preview,
                untouchedFiles: untouched, stages: stages.stages, peakResidentBytes: ProcessMemory.peakResidentBytes)
        }
        let card = options.writesModelCard ? report([:]).cardParagraph(version: options.version) : nil
        let untouched = try options.destination.map { try write(rows, to: $0, lock: lock, card: card) } ?? [:]
        let report = report(untouched)
        if let path = options.report { try report.write(to: path, figures) }
        return Outcome(plan: plan, report: report)
    }

    /// A few tokens of the plan: sums from the middle of the vocabulary, where words are neither rare nor trivial.
    private func examples(of rows: NewRows) -> [Explanation] {
        let plan = rows.plan
        let combined = plan.kinds.indices.filter { plan.kinds[$0].isSum }
        let wanted = min(5, combined.count)
        return (0..<wanted).map { index in
            let row = combined[combined.count * (2 * index + 1) / (2 * wanted) / 2]
            return Explanation(
                of: row, in: rows, sourceText: inputs.source.text(of:), targetText: inputs.target.vocabulary.text(of:))
        }
    }
}
