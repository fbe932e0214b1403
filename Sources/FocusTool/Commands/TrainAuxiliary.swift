internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import StaticEmbeddings
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// `focus train-auxiliary`: the first half of `specialize`, kept for reuse.
struct TrainAuxiliary: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-auxiliary",
        abstract: "Trains auxiliary embeddings of a tokenizer's tokens on text; the file opens in fastText.")

    @Option(help: ArgumentHelp("The target tokenizer: a folder or a tokenizer file.", valueName: "path"))
    var tokenizer: FilePath

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Target-language text: .txt or .jsonl, plain, .gz or .zst, or a folder of them.", valueName: "file"))
    var corpus: [FilePath]

    @Option(help: ArgumentHelp("The field of .jsonl lines that holds the text.", valueName: "name"))
    var textField = "text"

    @Option(help: ArgumentHelp("Where to write the model, .bin.", valueName: "file"))
    var output: FilePath

    @OptionGroup(title: "Training") var training: TrainingOptions

    @Flag(help: "Replace --output where it exists.")
    var overwrite = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !corpus.isEmpty else { throw ValidationError("--corpus takes at least one file.") }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(tokenizer)
        let line = ProgressLine(quiet: common.quiet)
        let stages = StageClock { line.monitor($0) }
        var trained = training.vectorTraining()
        trained.cache = nil
        let job = AuxiliaryTraining(
            tokenizer: try Tokenizer.load(tokenizer), at: tokenizer, corpus: try corpus.textFiles, textField: textField,
            training: trained, workers: common.workers)
        let report = try job.train(to: output, replacingExisting: overwrite, stages: stages)
        Terminal.clearProgress()
        if common.json {
            Terminal.answer(report.json.written(indentation: 2) + [0x0A])
            return
        }
        common.say(
            "\(Wording.count(report.wordCount)) tokens that occur \(report.effort.minimumCount) times or more, "
                + "\(report.effort.epochs) epochs of \(Wording.count(report.tokenCount)) tokens")
        for stage in report.stages { common.say("\(stage.name): \(Wording.duration(stage.seconds))") }
    }
}

extension MatchOption {
    /// The engine's word for it.
    var engineOption: MatchOptions {
        switch self {
        case .exact: .exact
        case .fuzzy: .fuzzy
        case .symbols: .symbols
        }
    }
}
