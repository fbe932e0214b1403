internal import ArgumentParser
internal import Checkpoints
internal import Replacement
internal import SystemPackage
internal import TokenizerMaking

extension KeptCharacters: ExpressibleByArgument {}

/// `focus trim-tokenizer`: a tokenizer without the tokens that a text never needs.
struct TrimTokenizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trim-tokenizer",
        abstract: "Drops the tokens that a text never needs; the text is cut as before.",
        usage: "focus trim-tokenizer <source> --corpus <file> --output <dir> [<options>]",
        discussion: """
            A model that is specialized for the result keeps its rows, so that it computes what it did for every text \
            that is cut as before, and is smaller. Special tokens always stay, and so do single characters, numbers \
            and punctuation of the scripts that the text is written in.

            Example: focus trim-tokenizer multilingual-e5-small --corpus german.txt --keep 50000 --output trimmed
            """)

    @Argument(help: "The checkpoint whose tokenizer is trimmed, or that tokenizer: a folder, or a tokenizer.json.")
    var source: FilePath

    @OptionGroup(title: "Inputs") var text: TextOptions

    @OptionGroup(title: "Output") var destination: TrimDestination

    @Option(
        help: ArgumentHelp(
            "How many tokens there are to be: beside those that are needed, the most useful ones in the scripts of the "
                + "text. (default: those that are needed)", valueName: "N"))
    var keep: Int?

    @Option(
        help: ArgumentHelp(
            "Which single characters, numbers and punctuation stay that the text does not use: those of its scripts "
                + "and of none (signs, emoji), or all.", valueName: "which"))
    var characters = KeptCharacters.text

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !text.corpus.isEmpty else { throw ValidationError("trim-tokenizer needs a text: --corpus FILE.") }
        if let keep, !(1...1 << 24).contains(keep) {
            throw ValidationError("--keep takes a number from 1 to \(1 << 24), not \(keep).")
        }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(source, as: .tokenizer)
        var job = TokenizerTrimming(source: source, corpus: try text.corpus.textFiles)
        job.textField = text.textField
        (job.total, job.characters) = (keep, characters)
        job.workers = common.workers
        if let output = destination.output, !destination.dryRun {
            try common.finishInterrupted(output)
            try NewTokenizerFiles.check(output, from: source, overwrites: destination.overwrite)
        }
        let line = ProgressLine(quiet: common.quiet)
        let stages = StageClock { line.monitor($0) }
        let trimmed = try job.prepare(stages: stages)
        let output = destination.dryRun ? nil : destination.output
        if let output {
            try stages.measure("write and check") { _ in
                try trimmed.write(to: output, overwrites: destination.overwrite, tell: common.teller)
            }
        }
        Terminal.clearProgress()
        TrimStory(trimmed, written: output).tell(common)
    }
}
