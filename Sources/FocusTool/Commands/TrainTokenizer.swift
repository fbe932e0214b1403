internal import ArgumentParser
internal import Corpus
internal import Focus
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TokenizerMaking

/// `focus train-tokenizer`: a tokenizer of a text's own.
struct TrainTokenizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-tokenizer",
        abstract: "Trains a tokenizer on text: Unigram, BPE or WordPiece.",
        usage: "focus train-tokenizer --corpus <file> --size <n> --output <dir>\n"
            + "         [--like <path> | --type <type>] [<options>]",
        discussion: """
            With --like, text is prepared as that tokenizer prepares it, and special tokens, post-processor, chat \
            template and kind of model are its own, so that spellings overlap. The folder loads in transformers, and \
            specialize --tokenizer takes it.

            Example: focus train-tokenizer --corpus german.txt --like multilingual-e5-small --size 32000 \
            --output german-tokenizer
            """)

    @Option(help: ArgumentHelp("How many tokens, special ones included. (required)", valueName: "n"))
    var size: Int

    @OptionGroup(title: "Inputs") var text: TextOptions

    @OptionGroup(title: "Output") var destination: TokenizerDestination

    @OptionGroup(title: "Training") var kind: TokenizerTrainingOptions

    @OptionGroup(title: "Training") var learning: LearningOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !text.corpus.isEmpty else { throw ValidationError("train-tokenizer needs a text: --corpus FILE.") }
        guard size > 0 else { throw ValidationError("--size takes a number of tokens above 0, not \(size).") }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(kind.like, as: .tokenizer)
        try destination.prepare(common)
        let frame = try kind.frame()
        let corpus = try Corpus(text.corpus.textFiles, textField: text.textField)
        let line = ProgressLine(quiet: common.quiet)
        var job = TokenizerTraining(like: frame, size: size, workers: common.workers)
        learning.apply(to: &job)
        let trained = try job.run(
            on: corpus, counting: line.monitor("counting words"), training: line.monitor("training"))
        let files = try frame.files(with: trained.model, without: trained.dropped)
        Terminal.clearProgress()
        try destination.write(files, common)
        let story = TrainedTokenizerStory(trained, files: files, size: size)
        if common.json {
            Terminal.answer(story.json(destination.output).written(indentation: 2) + [0x0A])
        } else {
            story.tell(common, destination.output)
        }
    }
}
