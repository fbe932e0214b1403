internal import ArgumentParser
internal import Corpus
internal import Focus
internal import JSON
internal import SystemPackage
internal import Tokenization
internal import TokenizerMaking

/// `focus extend-tokenizer`: more tokens for a tokenizer, learnt on a text.
struct ExtendTokenizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend-tokenizer",
        abstract: "Gives a tokenizer more tokens that are learnt on text; its own keep their ids.",
        usage: "focus extend-tokenizer <tokenizer> --corpus <file> --add <n> --output <dir>\n"
            + "         [<options>]",
        discussion: """
            A BPE tokenizer learns merges behind its own, a Unigram one gets pieces beside its own: every new token \
            can be reached, and text is cut otherwise only where new tokens are. Tokens that are added by \
            transformers' add_tokens cannot be part of words.

            Example: focus extend-tokenizer Llama-3.2-1B --corpus german.txt --add 8000 --output llama-german
            """)

    @Argument(help: "The tokenizer: a folder with tokenizer.json, such as a checkpoint.")
    var source: FilePath

    @Option(help: ArgumentHelp("How many tokens it gets. (required)", valueName: "n"))
    var add: Int

    @Flag(help: "Take the places that its makers left free, as <unused7>, before ids behind all others.")
    var replaceUnused = false

    @OptionGroup(title: "Inputs") var text: TextOptions

    @OptionGroup(title: "Output") var destination: TokenizerDestination

    @OptionGroup(title: "Training") var learning: LearningOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !text.corpus.isEmpty else { throw ValidationError("extend-tokenizer needs a text: --corpus FILE.") }
        guard (1...10_000_000).contains(add) else {
            throw ValidationError("--add takes a number of tokens from 1 to 10000000, not \(add).")
        }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(source, as: .tokenizer)
        try destination.prepare(common)
        let folder = try TokenizerFolder(source)
        let corpus = try Corpus(text.corpus.textFiles, textField: text.textField)
        let line = ProgressLine(quiet: common.quiet)
        var job = TokenizerExtension(folder, adding: add, workers: common.workers)
        job.takesUnused = replaceUnused
        learning.apply(to: &job.training)
        let extended = try job.run(
            on: corpus, counting: line.monitor("counting words"), training: line.monitor("learning tokens"))
        let files = try folder.files(with: extended.model, without: extended.replaced)
        Terminal.clearProgress()
        try destination.write(files, common)
        let unreached = TokenReachability(of: try Tokenizer.load(destination.output), workers: common.workers)?
            .unreached.map(\.id)
        let story = ExtendedTokenizerStory(extended, files: files, wanted: add, unreached: unreached ?? [])
        if common.json {
            Terminal.answer(story.json(destination.output).written(indentation: 2) + [0x0A])
        } else {
            story.tell(common, destination.output)
        }
    }
}
