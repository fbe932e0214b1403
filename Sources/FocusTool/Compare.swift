internal import ArgumentParser
internal import Focus
internal import FocusEngine
internal import JSON
internal import SystemPackage
internal import TensorIO

/// `focus compare`: which method to take, before anything is written.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares the methods for a checkpoint, a tokenizer and a text; recommends one and writes nothing.",
        discussion: """
            Every method rebuilds the same hidden anchors, none of which may be among its own pieces. That ranks methods only moderately, for a \
            hidden anchor is no new token. What ranks better is fidelity: the mean cosine of sentence vectors under the new vocabulary and \
            the original model's vectors of the same sentences; it takes checkpoints of both methods and a program that runs them.
            """)

    @Argument(help: "The checkpoint: a folder as save_pretrained writes it, or one tensor file.")
    var checkpoint: FilePath

    @Option(help: ArgumentHelp("The target tokenizer: a folder or a tokenizer file.", valueName: "path"))
    var tokenizer: FilePath

    @Option(help: ArgumentHelp("The checkpoint's tokenizer, where it has none of its own.", valueName: "path"))
    var sourceTokenizer: FilePath?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Target-language text: .txt or .jsonl, plain, .gz or .zst.", valueName: "file"))
    var corpus: [FilePath]

    @Option(
        help: ArgumentHelp(
            "Ready auxiliary embeddings: fastText .bin or .vec, or .npy beside a .txt.", valueName: "file"))
    var auxiliary: FilePath?

    @Option(help: "Whose vectors --auxiliary holds: tokens', or words' (tokens are looked up by their text).")
    var auxiliaryLevel = AuxiliaryLevel.token

    @Option(help: ArgumentHelp("Which tokens count as overlap; may be repeated.", valueName: "exact|fuzzy|symbols"))
    var match: [MatchOption] = [.exact]

    @Option(
        help: ArgumentHelp(
            "What pieces weigh: the rarer the more, all alike, or by their characters.",
            valueName: "frequency|uniform|length"))
    var pieceWeights: PieceWeighting?

    @OptionGroup(title: "Training") var training: TrainingOptions

    @Option(help: ArgumentHelp("Seed of which anchors are hidden.", valueName: "n"))
    var seed: UInt64 = 42

    @Option(help: ArgumentHelp("Where trained auxiliary embeddings are kept for the next time.", valueName: "dir"))
    var cache: FilePath?

    @Flag(help: "Neither use nor keep trained auxiliary embeddings in the cache.")
    var noCache = false

    @Flag(help: "Work on a model that comes with code of its own (auto_map in config.json); the code is never run.")
    var allowOwnCode = false

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !corpus.isEmpty else { throw ValidationError("--corpus takes at least one file.") }
    }

    func run() throws {
        Interruption.shared.listen()
        let line = ProgressLine(quiet: common.quiet)
        let comparison = try Specialization(options, stages: StageClock { line.monitor($0) }).compareMethods()
        Terminal.clearProgress()
        if common.json {
            Terminal.answer(comparison.json.written(indentation: 2) + [0x0A])
        } else {
            ComparisonStory.tell(comparison).forEach { Terminal.answer($0) }
        }
    }

    private var options: SpecializationOptions {
        get throws {
            var options = SpecializationOptions(checkpoint: checkpoint, tokenizer: tokenizer)
            options.method = .focusAndPieces
            options.sourceTokenizer = sourceTokenizer
            options.corpus = corpus
            options.auxiliary = auxiliary
            options.auxiliaryIsWordLevel = auxiliaryLevel == .word
            options.training = training.parameters()
            options.trainingThreads = training.trainingThreads
            options.match = MatchOptions(match.map(\.engineOption))
            options.pieceWeighting = pieceWeights
            options.seed = seed
            options.allowsOwnCode = allowOwnCode
            options.formats = try formats.registry
            options.cache = noCache ? nil : cache ?? AuxiliaryTraining.defaultCache
            options.workers = common.workers
            return options
        }
    }
}
