internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import SystemPackage

/// What `focus train-auxiliary` reads.
struct TrainingInputs: ParsableArguments {
    @Option(help: ArgumentHelp("The target tokenizer: a folder or a tokenizer file. (required)", valueName: "path"))
    var tokenizer: FilePath

    @OptionGroup var text: TextOptions

    @Option(
        help: ArgumentHelp(
            "Text that was counted beforehand, by focus count or focus merge; in place of --corpus. (default: none)",
            valueName: "file"))
    var counts: FilePath?

    /// What is trained on.
    var trainingText: TrainingText {
        get throws {
            try counts.map { .counts(try CountsFile(wholeAt: $0)) }
                ?? .files(text.corpus.textFiles, field: text.textField)
        }
    }

    /// Throws where a text that was counted beforehand is damaged, or was cut by another tokenizer.
    func checkCounts(stages: StageClock) throws {
        guard let counts else { return }
        let file = try CountsFile(wholeAt: counts)
        try file.check(tokenizer: tokenizer)
        try stages.measure("check counts") { try file.verify(monitor: $0) }
    }
}
