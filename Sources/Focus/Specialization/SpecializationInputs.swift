internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// What is read before anything is computed: both vocabularies and what they share, ready vectors, a kept plan.
struct SpecializationInputs: Sendable {
    let source: Vocabulary
    /// What is remarkable about how the source's tokenizer was loaded, where it was loaded whole.
    let sourceRemarks: [String]
    /// The pieces of target tokens, where rows may be made of them.
    let pieces: TokenPieces?
    /// The target tokenizer, with the prompts that become tokens of it.
    let target: Tokenizer
    /// The target tokenizer as it was given: the one that auxiliary vectors are trained for.
    let givenTarget: Tokenizer
    /// What becomes of the prompts that the model was trained to see.
    let prompts: Prompts
    /// The rows that prompts make, each the mean of source rows that are there.
    let promptRows: [(row: Int, sourceRows: [Int])]
    /// The rows that are what the user says.
    let given: GivenRows
    /// Which target tokens get whose row.
    let overlap: Overlap
    /// Which target tokens are the source's, those whose rows are not there or not worth taking included.
    let wholeOverlap: Overlap
    /// The tensors that follow the vocabulary.
    let tensors: VocabularyTensors
    /// Their rows.
    let rows: VocabularyRows
    /// Whether the row before a text is chosen by what the model makes of it.
    let measuresStart: Bool
    /// The layer with which the model predicts tokens, where rows depend on it.
    var languageHead: LanguageHead?
    /// The output layer that is untied from its table; nil where ties stay.
    let untiedHead: UntiedHead?
    /// The rows of the source that were never trained; nil where nobody looked.
    let untrained: UntrainedRows?
    /// What rows are drawn from.
    let figures: TensorFigures
    /// What the user should know, a sentence each.
    let notes: [String]
    /// Ready vectors, where they are given and the method uses them.
    let vectors: AuxiliaryVectors?
    let keptPlan: PlanFile?
    /// What becomes of rows that the method cannot reach, as asked for, or as the source tokenizer allows.
    let rare: FallbackRows
    /// Whether every target token is one of the source's, so that all rows are copied and nothing is made.
    let copiesAll: Bool
    /// Whether vectors are still to be trained on text.
    let needsText: Bool

    init(_ options: SpecializationOptions, _ checkpoint: Checkpoint, stages: StageClock) throws {
        let tokenizers = try stages.measure("load tokenizers and vectors") { _ in
            try SpecializationInputs.tokenizers(options, checkpoint)
        }
        let source = tokenizers.source
        prompts = try Prompts(
            options.prompts, options.promptHandling, in: checkpoint, source: tokenizers.sourceTokenizer,
            target: tokenizers.target, at: options.tokenizer)
        let target =
            try prompts.extended.map {
                try SpecializationInputs.playing(options.roles, $0.tokenizer, at: options.tokenizer)
            } ?? tokenizers.target
        givenTarget = tokenizers.target
        keptPlan = try options.rows.plan.map { path in
            try stages.measure("read plan") { _ in
                let kept = try PlanFile(reading: path)
                try kept.check(source: source, target: target.vocabulary, at: path)
                return kept
            }
        }
        let tensors = try VocabularyTensors(of: checkpoint, vocabulary: source, choices: options.choices)
        try SpecializationInputs.check(keptPlan, reaches: tensors, at: options.rows.plan)
        let extensionVocabulary = try options.extensionTokenizer.map { try Tokenizer.vocabulary(at: $0) }
        let whole = try stages.measure("overlap") { _ in
            try Overlap(
                target: target.vocabulary, source: source, options: options.match,
                extension: extensionVocabulary, likeReference: options.matchesLikeReference, workers: options.workers)
        }
        let rows = VocabularyRows(temporaryFolder: AuxiliaryTraining.temporaryFolder)
        // Padding rows after the last token count only where all is to be like the reference.
        let figures = TensorFigures(
            usedRows: options.matchesLikeReference ? tensors.rows : source.rowCount, workers: options.workers)
        // A kept plan says what is taken, and in extension the source's tokens keep their rows, whatever these are. So
        // they do where there are no others: what is smaller computes the same.
        let findsUntrained =
            keptPlan == nil && options.extensionTokenizer == nil && !options.matchesLikeReference
            && !whole.new.isEmpty
        let lending = try stages.measure("look for untrained rows") { monitor in
            try LendingRows(
                of: source, whole, tensors, rows, in: checkpoint, figures: figures, findsUntrained: findsUntrained,
                workers: options.workers, monitor: monitor)
        }
        let given =
            try options.givenRows.map { path in
                try GivenRows(
                    path, source: source,
                    cutting: { tokenizers.sourceTokenizer ?? SpecializationInputs.cutter(options, checkpoint) },
                    target: target, withoutRow: tensors.idsWithoutRow, barred: lending.barred)
            } ?? GivenRows()
        let overlap = lending.overlap.withoutAnchors(given.ids)
        pieces = tokenizers.sourceTokenizer.map {
            TokenPieces(
                $0, target: target.vocabulary, overlap: overlap, barred: lending.barred, workers: options.workers)
        }
        sourceRemarks = tokenizers.sourceTokenizer?.remarks ?? []
        promptRows = prompts.rows.map { row, sources in (row, sources.filter { !lending.barred.contains($0) }) }
        copiesAll = keptPlan == nil && overlap.new.isEmpty && promptRows.isEmpty
        measuresStart =
            keptPlan == nil && !copiesAll && !options.rows.text.isEmpty && LanguageHead.isCausal(checkpoint)
            && (options.head == .share || options.chosenMethod.usesStates)
        let unties = options.unties || keptPlan?.untiedHead != nil
        let asksForHead = unties || options.head != nil || !copiesAll && options.chosenMethod.usesStates
        languageHead = asksForHead ? try LanguageHead(of: checkpoint, tensors) : nil
        untiedHead =
            unties ? try languageHead.map { try UntiedHead(of: $0, tensors, checkpoint) } : nil
        self.tensors = tensors
        self.rows = rows
        self.figures = figures
        wholeOverlap = whole
        untrained = lending.untrained
        notes = lending.notes + prompts.notes + given.notes
        needsText = keptPlan == nil && !copiesAll && options.chosenMethod.usesVectors && tokenizers.vectors == nil
        vectors = tokenizers.vectors
        rare =
            options.rare
            ?? (tokenizers.sourceTokenizer == nil || options.matchesLikeReference ? .normal : .pieces)
        self.source = source
        self.target = target
        self.given = given
        self.overlap = overlap
    }

    /// Throws where a kept plan reads rows that the checkpoint does not have.
    private static func check(
        _ plan: PlanFile?, reaches tensors: VocabularyTensors, at path: FilePath?
    ) throws(FocusError) {
        let rows = tensors.entries.reduce(tensors.rows) { max($0, $1.rows) }
        do throws(EngineError) { try plan?.plan.checkSourceRows(rows) } catch {
            throw FocusError("\(error)", path: path)
        }
        for (name, made) in plan?.rows.made ?? [:] {
            let entry = plan?.untiedHead == name ? tensors.embedding : tensors.entry(named: name)
            guard let entry, entry.tensor.shape.reduce(1, *) / max(1, entry.rows) == made.width else {
                throw FocusError(
                    "has rows of \(made.width) elements for '\(name)', which this checkpoint has not: it was made "
                        + "with another model, and its rows are that model's", path: path)
            }
            do throws(FormatError) { try made.checkFinite() } catch {
                throw FocusError("\(error.message)", path: path)
            }
        }
    }

    /// The source's vocabulary beside the target's tokenizer and ready vectors for it.
    private static func tokenizers(
        _ options: SpecializationOptions, _ checkpoint: Checkpoint
    ) throws -> (source: Vocabulary, sourceTokenizer: Tokenizer?, target: Tokenizer, vectors: AuxiliaryVectors?) {
        if options.sourceTokenizer == nil, checkpoint.singleFile != nil {
            throw FocusError(
                "is one file and has no tokenizer beside it: name it with --source-tokenizer", path: options.checkpoint)
        }
        let asks =
            options.method?.usesPieces == true || options.rare == .pieces || !options.prompts.isEmpty
            || options.head == .share
        let mayCut = options.choice != nil || options.rare == nil && !options.matchesLikeReference
        let (source, (target, vectors)) = try options.workers.both {
            let path = options.sourceTokenizer ?? checkpoint.folder
            return try SpecializationInputs.named("source", path, options) {
                guard options.rows.plan == nil && (asks || mayCut) || !options.prompts.isEmpty else {
                    return (vocabulary: try Tokenizer.vocabulary(at: path), tokenizer: Tokenizer?.none)
                }
                do {
                    let tokenizer = try Tokenizer.load(path)
                    return (vocabulary: tokenizer.vocabulary, tokenizer: tokenizer)
                } catch  where !asks {
                    // Nobody asked for pieces: what knows its tokens, and cannot cut a text, will do.
                    return (vocabulary: try Tokenizer.vocabulary(at: path), tokenizer: nil)
                }
            }
        } _: {
            let target = try SpecializationInputs.named("target", options.tokenizer, options) {
                try Tokenizer.load(options.tokenizer)
            }
            return (target, try SpecializationInputs.vectors(options, target))
        }
        let ids = try GivenRoles.ids(
            options.sourceRoles, in: source.vocabulary, option: "--source-role",
            at: options.sourceTokenizer ?? options.checkpoint)
        return (
            source.vocabulary.assigning(ids), source.tokenizer?.assigning(ids),
            try playing(options.roles, target, at: options.tokenizer), vectors
        )
    }

    /// Says whose tokenizer is missing, and how to name it, where `load` finds none.
    private static func named<Result>(
        _ whose: String, _ path: FilePath, _ options: SpecializationOptions, _ load: () throws -> Result
    ) throws -> Result {
        do {
            return try load()
        } catch let error as TokenizerError where error.path == path {
            guard error.code == .unrecognized || error.code == .system else { throw error }
            let cure =
                whose == "target"
                ? "--tokenizer names it"
                : options.sourceTokenizer == nil
                    ? "the checkpoint has none of its own, so name it with --source-tokenizer"
                    : "--source-tokenizer names it"
            throw FocusError("\(error.message) (this is about the \(whose) tokenizer: \(cure))", path: path)
        }
    }

    private static func vectors(_ options: SpecializationOptions, _ target: Tokenizer) throws -> AuxiliaryVectors? {
        guard options.chosenMethod.usesVectors, case .vectors(let path, let level, _) = options.rows else { return nil }
        return try AuxiliaryInput.vectors(
            at: path, isWordLevel: level == .words, for: target,
            workers: options.workers)
    }
}
