internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import SystemPackage

/// `focus count`: one shard of a corpus, cut into tokens and counted, as one of many independent tasks.
struct Count: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Cuts a corpus, or one shard of it, into tokens and counts them, for specialize --counts.",
        usage: "focus count <source> --tokenizer <path> --corpus <file> --shard <i/n>\n"
            + "         --output <file> [<options>]",
        discussion: """
            Shards are independent tasks: each reads its own bytes of the corpus and writes a file that gets its name \
            when it is whole. Where that file is there already nothing is done, so that tasks may be run again. \
            focus merge puts the shards together.

            Example: focus count multilingual-e5-small --tokenizer german-tokenizer --corpus german.txt --shard 2/7 \
            --output counts/2.counts
            """)

    @Argument(help: "The checkpoint whose tokenizer is the source's, or that tokenizer: a folder or a tokenizer file.")
    var source: FilePath

    @Option(help: ArgumentHelp("The target tokenizer: a folder or a tokenizer file. (required)", valueName: "path"))
    var tokenizer: FilePath

    @OptionGroup(title: "Inputs") var text: TextOptions

    @Option(help: ArgumentHelp("Which of how many shards, counted from 1. (default: 1/1, all)", valueName: "i/n"))
    var shard = ShardNumber.whole

    @OptionGroup(title: "Output") var destination: FileDestination

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !text.corpus.isEmpty else { throw ValidationError("count needs a text: --corpus FILE.") }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(source, tokenizer, as: .tokenizer)
        var job = CorpusCounting(source: source, tokenizer: tokenizer, corpus: try text.corpus.textFiles)
        job.textField = text.textField
        job.shard = shard
        job.workers = common.workers
        let line = ProgressLine(quiet: common.quiet)
        let outcome = try job.run(
            to: destination.output, replacingExisting: destination.overwrite, stages: StageClock { line.monitor($0) })
        Terminal.clearProgress()
        common.note(outcome.notes)
        CountsStory(outcome.file, wasFinished: outcome.wasFinished).tell(common, destination.output)
    }
}

extension ShardNumber: ExpressibleByArgument {
    /// Reads `2/7`.
    package init?(argument: String) {
        self.init(argument)
    }
}
