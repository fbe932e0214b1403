public import Checkpoints
public import FocusEngine
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// A checkpoint on its way to another tokenizer: everything is opened and checked when this exists, and nothing is written yet.
public struct Specialization: Sendable {
    /// What `run` gives.
    public struct Outcome: Sendable {
        /// The plan that was applied.
        public let plan: RowPlan
        /// What happened.
        public let report: SpecializationReport
    }

    let options: SpecializationOptions
    let stages: StageClock
    let checkpoint: Checkpoint
    let source: Vocabulary
    /// The pieces of target tokens, where rows are made of them.
    let pieces: TokenPieces?
    let target: Tokenizer
    let tensors: VocabularyTensors
    let overlap: Overlap
    /// The vectors of `options.auxiliary`.
    let readyVectors: AuxiliaryVectors?
    let keptPlan: PlanFile?
    /// Position rows that move because the padding id does.
    let positions: (shifts: [PositionShift], notes: [String])
    let figures: TensorFigures
    let rows: VocabularyRows
    /// The format that all tensors are written in; nil to keep that of each file.
    let tensorDestination: TensorDestination?

    /// The rows that are written: the target tokenizer's, padded as asked.
    public var writtenRows: Int {
        let multiple = options.rowMultiple
        return (target.vocabulary.rowCount + multiple - 1) / multiple * multiple
    }

    /// Opens the checkpoint and both tokenizers and checks that the job can be done.
    ///
    /// - Throws: one sentence on what stands in the way.
    public init(_ options: SpecializationOptions, stages: StageClock = StageClock()) throws {
        self.options = options
        self.stages = stages
        if let destination = options.destination {
            try StagedReplacement.check(
                destination.folder, policy: destination.policy, isInPlace: Specialization.isInPlace(options))
        }
        let formats = try options.formats ?? .builtIn
        let checkpoint = try stages.measure("open checkpoint") { _ in
            try Checkpoint.open(options.checkpoint, formats: formats)
        }
        tensorDestination = try Specialization.destination(options, checkpoint, formats)
        try CheckpointSuitability.check(checkpoint, allowsOwnCode: options.allowsOwnCode)
        let inputs = try stages.measure("load tokenizers and vectors") { _ in
            try SpecializationInputs(options, checkpoint)
        }
        let (source, target) = (inputs.source, inputs.target)
        let tensors = try VocabularyTensors(
            of: checkpoint, vocabulary: source, choices: options.choices)
        if let path = options.plan {
            keptPlan = try stages.measure("read plan") { _ in
                let kept = try PlanFile(reading: path)
                try kept.check(source: source, target: target.vocabulary, at: path)
                return kept
            }
        } else {
            keptPlan = nil
        }
        let extensionVocabulary = try options.extensionTokenizer.map { try Tokenizer.vocabulary(at: $0) }
        let overlap = try stages.measure("overlap") { _ in
            try Overlap(
                target: target.vocabulary, source: source, options: options.match,
                extension: extensionVocabulary, likeReference: options.matchesLikeReference, workers: options.workers)
        }
        rows = VocabularyRows(temporaryFolder: AuxiliaryTraining.temporaryFolder)
        self.overlap = overlap
        self.checkpoint = checkpoint
        readyVectors = inputs.vectors
        self.source = source
        pieces = inputs.sourceTokenizer.map {
            TokenPieces($0, target: target.vocabulary, overlap: overlap, workers: options.workers)
        }
        self.target = target
        self.tensors = tensors
        positions = try PositionShift.find(
            in: checkpoint, vocabulary: tensors, padding: target.vocabulary.roles[.padding])
        // Padding rows after the last token count only where all is to be like the reference.
        figures = TensorFigures(
            usedRows: options.matchesLikeReference ? tensors.rows : source.rowCount, workers: options.workers
        )
    }

    /// Makes the plan, writes the checkpoint where the options say, and reports.
    @discardableResult
    public func run() throws -> Outcome {
        // From here on, for what comes takes long: whoever comes second is told so at once.
        let lock = try lockInPlace()
        // What was opened before the lock was had may be gone by now.
        try checkpoint.refuseChanged()
        let ingredients = try keptPlan == nil ? ingredients() : nil
        let plan = try ingredients.map(makePlan(from:)) ?? makePlan()
        if let path = options.savedPlan {
            try stages.measure("save plan") { _ in
                try PlanFile(
                    plan, source: source, target: target.vocabulary,
                    metadata: ingredients?.method.metadata ?? keptPlan?.metadata ?? [:]
                ).write(to: path)
            }
        }
        let layout = try CheckpointLayout(of: self)
        if let destination = options.destination { try write(plan, layout, to: destination, lock: lock) }
        // A figure that is missing is no reason to throw away a checkpoint.
        let heldOut = ingredients.flatMap { try? reconstruct($0) }
        let report = SpecializationReport(
            summary: plan.summary, writtenRows: writtenRows, sourceRows: tensors.rows, heldOut: heldOut,
            method: ingredients?.method, kinds: plan.kinds, matchesNorm: plan.matchesNorm, examples: examples(of: plan),
            preview: preview(of: layout), stages: stages.stages,
            peakResidentBytes: ProcessMemory.peakResidentBytes)
        return Outcome(plan: plan, report: report)
    }

    /// A few tokens of the plan: those that are sums and stand in the middle of the vocabulary, where words are neither rare nor trivial.
    private func examples(of plan: RowPlan) -> [Explanation] {
        let combined = plan.kinds.indices.filter { plan.kinds[$0].isSum }
        let wanted = min(5, combined.count)
        return (0..<wanted).map { index in
            let row = combined[combined.count * (2 * index + 1) / (2 * wanted) / 2]
            return Explanation(
                of: row, in: plan, sourceText: source.text(of:), targetText: target.vocabulary.text(of:))
        }
    }
}
