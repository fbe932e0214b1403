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
        usage: "focus compare <checkpoint> --tokenizer <path> --corpus <file> [<options>]",
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

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    @OptionGroup(title: "Output") var output: ComparisonOutput

    @OptionGroup(title: "Method") var comparing: ComparisonOptions

    @OptionGroup(title: "Method") var matching: MatchingOptions

    @OptionGroup(title: "Single tokens") var overrides: OverrideOptions

    @OptionGroup(title: "Training") var training: CachedTrainingOptions

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try inputs.checkTokenizer()
        guard !inputs.text.corpus.isEmpty else {
            throw ValidationError("compare needs a text of the new language: --corpus FILE.")
        }
    }

    func run() throws {
        Interruption.shared.listen()
        if let error = InputCheck.complaint(aboutModel: checkpoint, tokenizer: inputs.target) { throw error }
        try common.noteInterrupted(checkpoint)
        try common.noteInterrupted(inputs.target, inputs.sourceTokenizer, as: .tokenizer)
        try common.check(inputs.auxiliary, overrides.givenRows, as: .file)
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
            var options = try inputs.job(on: checkpoint, training: training.vectorTraining())
            options.method = .focusAndPieces
            options.report = output.report
            options.version = FocusTool.configuration.version
            comparing.apply(to: &options)
            matching.apply(to: &options)
            options.formats = try formats.registry(on: common.workers)
            options.variant = formats.variant
            options.workers = common.workers
            try overrides.apply(to: &options)
            return options
        }
    }
}
