internal import ArgumentParser
internal import Focus
internal import SystemPackage
internal import Vocabularies

/// The new vocabulary of a checkpoint, and where its auxiliary embeddings come from: what `specialize` and `compare`
/// have in common.
struct VocabularyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The target tokenizer: a folder or a tokenizer file.", valueName: "path"))
    var tokenizer: FilePath

    @Option(help: ArgumentHelp("The checkpoint's tokenizer, where it has none of its own.", valueName: "path"))
    var sourceTokenizer: FilePath?

    @Option(
        help: ArgumentHelp(
            "Ready auxiliary embeddings: fastText .bin or .vec, or .npy beside a .txt.", valueName: "file"))
    var auxiliary: FilePath?

    @Option(help: "Whose vectors --auxiliary holds: tokens', or words' (tokens are looked up by their text).")
    var auxiliaryLevel = AuxiliaryLevel.token

    @Option(help: ArgumentHelp("Which tokens count as overlap; may be repeated.", valueName: "exact|fuzzy|symbols"))
    var match: [MatchOption] = [.exact]

    @OptionGroup(title: "Training") var training: TrainingOptions

    @Option(help: ArgumentHelp("Where trained auxiliary embeddings are kept for the next time.", valueName: "dir"))
    var cache: FilePath?

    @Flag(help: "Neither use nor keep trained auxiliary embeddings in the cache.")
    var noCache = false

    /// What they say of the job on `checkpoint`.
    ///
    /// - Parameter likeReference: whether training that is not described is as in the reference.
    func job(
        on checkpoint: FilePath, corpus: [FilePath], plan: FilePath? = nil, likeReference: Bool = false
    ) throws -> SpecializationOptions {
        var options = SpecializationOptions(checkpoint: checkpoint, tokenizer: tokenizer)
        let corpus = try corpus.textFiles
        options.sourceTokenizer = sourceTokenizer
        if let plan {
            options.rows = .plan(plan)
        } else if let auxiliary {
            let level: VectorLevel = auxiliaryLevel == .word ? .words : .tokens
            options.rows = .vectors(auxiliary, level: level, text: corpus)
        } else if !corpus.isEmpty {
            var training = training.vectorTraining(likeReference: likeReference)
            training.cache = noCache ? nil : cache ?? training.cache
            options.rows = .trained(on: corpus, training)
        }
        options.match = MatchOptions(match.map(\.engineOption))
        options.matchesLikeReference = likeReference
        return options
    }
}
