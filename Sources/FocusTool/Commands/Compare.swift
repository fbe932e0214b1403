internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import FocusEngine
internal import JSON
internal import SystemPackage
internal import TensorIO

/// `focus compare`: which method to take, before anything is written.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Compares the methods for a checkpoint, a tokenizer and a text; recommends one and writes no checkpoint.",
        discussion: """
            Every method rebuilds the same hidden anchors, none of which may be among its own pieces. That ranks \
            methods only moderately, for a \
            hidden anchor is no new token. What ranks better is fidelity: the mean cosine of sentence vectors under \
            the new vocabulary and \
            the original model's vectors of the same sentences; it takes checkpoints of both methods and a program \
            that runs them: --measure does that here.
            """)

    @Argument(help: "The checkpoint: a folder as save_pretrained writes it, or one tensor file.")
    var checkpoint: FilePath

    @OptionGroup var vocabulary: VocabularyOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Target-language text: .txt or .jsonl, plain, .gz or .zst, or a folder of them.", valueName: "file"))
    var corpus: [FilePath]

    @Option(help: ArgumentHelp("The field of .jsonl lines that holds the text.", valueName: "name"))
    var textField = "text"

    @Option(
        help: ArgumentHelp(
            "What pieces weigh: the rarer the more, all alike, or by their characters.",
            valueName: "frequency|uniform|length"))
    var pieceWeights: PieceWeighting?

    @Option(
        defaultAsFlag: 100,
        help: ArgumentHelp(
            "Run the model with the rows of each method on so many lines of the text, and recommend by what it keeps: "
                + "bits per byte, or for encoders fidelity, beside the original and the original reading the new cuts.",
            valueName: "n"))
    var measure: Int? = nil

    @Option(help: ArgumentHelp("Seed of which anchors are hidden.", valueName: "n"))
    var seed: UInt64 = 42

    @Flag(help: "Work on a model that comes with code of its own (auto_map in config.json); the code is never run.")
    var allowOwnCode = false

    @Option(help: ArgumentHelp("Write a report: .html, a page to look at, or .json.", valueName: "file"))
    var report: FilePath?

    @OptionGroup(title: "Single tokens") var overrides: OverrideOptions

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let measure, !(1...1_000_000).contains(measure) {
            throw ValidationError("--measure takes a number of lines from 1 to 1000000.")
        }
        guard !corpus.isEmpty else { throw ValidationError("--corpus takes at least one file.") }
        try ReportForm.check(report)
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(checkpoint, vocabulary.tokenizer, vocabulary.sourceTokenizer)
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
            var options = try vocabulary.job(on: checkpoint, corpus: corpus)
            options.textField = textField
            options.method = .focusAndPieces
            options.pieceWeighting = pieceWeights
            options.measuredLines = measure
            options.seed = seed
            options.allowsOwnCode = allowOwnCode
            options.formats = try formats.registry(on: common.workers)
            options.variant = formats.variant
            options.report = report
            options.version = FocusTool.configuration.version
            options.workers = common.workers
            try overrides.apply(to: &options)
            return options
        }
    }
}
