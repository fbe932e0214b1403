internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// What is read before anything is computed: the source's vocabulary beside the target's tokenizer and ready vectors for it.
struct SpecializationInputs {
    let source: Vocabulary
    /// The source's tokenizer, where tokens are to be split into pieces.
    let sourceTokenizer: Tokenizer?
    let target: Tokenizer
    /// The vectors of `options.auxiliary`, where it is given and no plan is.
    let vectors: AuxiliaryVectors?

    init(_ options: SpecializationOptions, _ checkpoint: Checkpoint) throws {
        if options.sourceTokenizer == nil, checkpoint.singleFile != nil {
            throw FocusError(
                "is one file and has no tokenizer beside it: name it with --source-tokenizer", path: options.checkpoint)
        }
        let needsPieces = options.plan == nil && (options.method.usesPieces || options.rare == .pieces)
        let (source, (target, vectors)) = try options.workers.both {
            let path = options.sourceTokenizer ?? checkpoint.folder
            let tokenizer = needsPieces ? try Tokenizer.load(path) : nil
            return (vocabulary: try tokenizer?.vocabulary ?? Tokenizer.vocabulary(at: path), tokenizer: tokenizer)
        } _: {
            let target = try Tokenizer.load(options.tokenizer)
            return (target, try SpecializationInputs.vectors(options, target))
        }
        self.source = source.vocabulary
        sourceTokenizer = source.tokenizer
        self.target = target
        self.vectors = vectors
    }

    private static func vectors(_ options: SpecializationOptions, _ target: Tokenizer) throws -> AuxiliaryVectors? {
        guard options.plan == nil, options.method.usesVectors, let path = options.auxiliary else { return nil }
        return try AuxiliaryInput.vectors(
            at: path, isWordLevel: options.auxiliaryIsWordLevel, for: target,
            workers: options.workers)
    }
}
