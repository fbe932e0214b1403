internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// What is read before anything is computed: both vocabularies and what they share, ready vectors, a kept plan.
struct SpecializationInputs: Sendable {
    let source: Vocabulary
    /// What is remarkable about how the source's tokenizer was loaded, where it was loaded whole.
    let sourceRemarks: [String]
    /// The pieces of target tokens, where rows may be made of them.
    let pieces: TokenPieces?
    let target: Tokenizer
    let overlap: Overlap
    /// Ready vectors, where they are given and the method uses them.
    let vectors: AuxiliaryVectors?
    let keptPlan: PlanFile?
    /// Whether vectors are still to be trained on text.
    let needsText: Bool

    init(_ options: SpecializationOptions, _ checkpoint: Checkpoint, stages: StageClock) throws {
        let tokenizers = try stages.measure("load tokenizers and vectors") { _ in
            try SpecializationInputs.tokenizers(options, checkpoint)
        }
        let (source, target) = (tokenizers.source, tokenizers.target)
        keptPlan = try options.rows.plan.map { path in
            try stages.measure("read plan") { _ in
                let kept = try PlanFile(reading: path)
                try kept.check(source: source, target: target.vocabulary, at: path)
                return kept
            }
        }
        let extensionVocabulary = try options.extensionTokenizer.map { try Tokenizer.vocabulary(at: $0) }
        let overlap = try stages.measure("overlap") { _ in
            try Overlap(
                target: target.vocabulary, source: source, options: options.match,
                extension: extensionVocabulary, likeReference: options.matchesLikeReference, workers: options.workers)
        }
        pieces = tokenizers.sourceTokenizer.map {
            TokenPieces($0, target: target.vocabulary, overlap: overlap, workers: options.workers)
        }
        sourceRemarks = tokenizers.sourceTokenizer?.remarks ?? []
        needsText = keptPlan == nil && options.method.usesVectors && tokenizers.vectors == nil
        vectors = tokenizers.vectors
        self.source = source
        self.target = target
        self.overlap = overlap
    }

    /// The source's vocabulary beside the target's tokenizer and ready vectors for it.
    private static func tokenizers(
        _ options: SpecializationOptions, _ checkpoint: Checkpoint
    ) throws -> (source: Vocabulary, sourceTokenizer: Tokenizer?, target: Tokenizer, vectors: AuxiliaryVectors?) {
        if options.sourceTokenizer == nil, checkpoint.singleFile != nil {
            throw FocusError(
                "is one file and has no tokenizer beside it: name it with --source-tokenizer", path: options.checkpoint)
        }
        let needsPieces = options.rows.plan == nil && (options.method.usesPieces || options.rare == .pieces)
        let (source, (target, vectors)) = try options.workers.both {
            let path = options.sourceTokenizer ?? checkpoint.folder
            let tokenizer = needsPieces ? try Tokenizer.load(path) : nil
            return (vocabulary: try tokenizer?.vocabulary ?? Tokenizer.vocabulary(at: path), tokenizer: tokenizer)
        } _: {
            let target = try Tokenizer.load(options.tokenizer)
            return (target, try SpecializationInputs.vectors(options, target))
        }
        return (source.vocabulary, source.tokenizer, target, vectors)
    }

    private static func vectors(_ options: SpecializationOptions, _ target: Tokenizer) throws -> AuxiliaryVectors? {
        guard options.method.usesVectors, case .vectors(let path, let level, _) = options.rows else { return nil }
        return try AuxiliaryInput.vectors(
            at: path, isWordLevel: level == .words, for: target,
            workers: options.workers)
    }
}
