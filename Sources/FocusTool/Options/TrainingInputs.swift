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
    ///
    /// - Throws: `FocusError` where a file is not there, or is no text and no counts.
    func trainingText() throws -> TrainingText {
        guard let counts else {
            let files = try text.corpus.textFiles
            return .files(files, field: text.textField)
        }
        return .counts(try CountsFile(wholeAt: counts))
    }

    /// Throws where a text that was counted beforehand is damaged, or was cut by another tokenizer.
    func checkCounts(stages: StageClock) throws {
        guard let counts else { return }
        let file = try CountsFile(wholeAt: counts)
        try file.check(tokenizer: tokenizer)
        try stages.measure("check counts") { try file.verify(monitor: $0) }
    }
}
