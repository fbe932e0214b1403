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
        abstract: "Trains auxiliary embeddings of a tokenizer's tokens on text; the file opens in fastText.",
        usage: "focus train-auxiliary --tokenizer <path> --corpus <file>\n"
            + "         --output <file> [<options>]")

    @OptionGroup(title: "Inputs") var inputs: TrainingInputs

    @OptionGroup(title: "Output") var destination: FileDestination

    @OptionGroup(title: "Training") var training: TrainingOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard inputs.text.corpus.isEmpty != (inputs.counts == nil) else {
            throw ValidationError("train-auxiliary needs a text to train on: --corpus FILE, or --counts FILE.")
        }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(inputs.tokenizer, as: .tokenizer)
        let line = ProgressLine(quiet: common.quiet)
        let stages = StageClock { line.monitor($0) }
        var trained = training.vectorTraining()
        trained.cache = nil
        let tokenizer = try Tokenizer.load(inputs.tokenizer)
        let text = try inputs.trainingText()
        let job = AuxiliaryTraining(
            tokenizer: tokenizer, at: inputs.tokenizer, text: text, training: trained, workers: common.workers)
        try inputs.checkCounts(stages: stages)
        let report = try job.train(
            to: destination.output, replacingExisting: destination.overwrite, stages: stages,
            tell: { common.note([$0]) })
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
