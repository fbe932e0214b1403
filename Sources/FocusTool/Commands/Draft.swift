internal import ArgumentParser
internal import Focus
internal import SystemPackage

/// `focus draft`: a small model that guesses for a large one.
struct Draft: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft",
        abstract: "Gives a small model the vocabulary of a large one, for speculative decoding.",
        discussion: """
            The small model gets the large one's tokenizer, ids and number of rows, those that fill up included, so \
            that it can guess tokens which the large one checks. Of the large model only the tokenizer, config.json \
            and the header of its weights are read.

            Example: focus draft Qwen3-0.6B --like Llama-3.3-70B-Instruct --output draft
            """)

    @Argument(help: "The small model: a folder as save_pretrained writes it.")
    var checkpoint: FilePath

    @Option(help: ArgumentHelp("The large model: a folder with its tokenizer and config.json.", valueName: "dir"))
    var like: FilePath

    @Option(help: ArgumentHelp("The small model's tokenizer, where it has none of its own.", valueName: "path"))
    var sourceTokenizer: FilePath?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Text of the kind that will be written, .txt or .jsonl, plain, .gz or .zst: pieces are weighed by it, and "
                + "methods that train auxiliary embeddings do so on it.",
            valueName: "file"))
    var corpus: [FilePath] = []

    @Option(help: ArgumentHelp("The field of .jsonl lines that holds the text.", valueName: "name"))
    var textField = "text"

    @OptionGroup(title: "Method") var method: MethodOptions

    @Option(help: ArgumentHelp("Seed of the rows that are drawn at random.", valueName: "n"))
    var seed: UInt64 = 42

    @Option(help: ArgumentHelp("Keep the row plan.", valueName: "file"))
    var savePlan: FilePath?

    @OptionGroup(title: "Destination") var destination: DestinationOptions

    @Flag(help: "Check everything and show what would change; write nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Write a report: .html, a page to look at, or .json.", valueName: "file"))
    var report: FilePath?

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup(title: "Files") var rows: RowOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try destination.check(dryRun: dryRun)
        guard !rows.link || !destination.inPlace else { throw ValidationError("--link goes with --output.") }
        guard !corpus.isEmpty || dryRun || !method.needsText(likeReference: false) else {
            throw ValidationError("This method needs a text: --corpus FILE; --method auto and pieces do without.")
        }
        try ReportForm.check(report)
    }

    func run() throws {
        Interruption.shared.listen()
        if dryRun || !destination.inPlace { try common.noteInterrupted(checkpoint) }
        if !dryRun { try common.finishInterrupted(destination.inPlace ? checkpoint : destination.output) }
        try common.refuseHubNames([checkpoint])
        try common.noteInterrupted(like, sourceTokenizer)
        var options = SpecializationOptions(checkpoint: checkpoint, tokenizer: like)
        options.formats = try formats.registry(on: common.workers)
        options.rowCount = try DraftTarget(at: like, formats: options.formats).rowCount
        options.sourceTokenizer = sourceTokenizer
        if !corpus.isEmpty { options.rows = .trained(on: try corpus.textFiles) }
        options.textField = textField
        options.seed = seed
        options.savedPlan = savePlan
        options.report = report
        options.version = FocusTool.configuration.version
        options.variant = formats.variant
        options.measuredLines = corpus.isEmpty ? nil : 32
        options.tell = common.teller
        options.workers = common.workers
        destination.apply(to: &options)
        method.apply(to: &options)
        rows.apply(to: &options)
        try SpecializationRun(common: common, dryRun: dryRun).run(options)
    }
}
