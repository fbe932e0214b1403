internal import ArgumentParser
internal import Focus
internal import SystemPackage

/// `focus draft`: a small model that guesses for a large one.
struct Draft: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft",
        abstract: "Gives a small model the vocabulary of a large one, for speculative decoding.",
        usage: "focus draft <checkpoint> --like <dir> --output <dir> [<options>]",
        discussion: """
            The small model gets the large one's tokenizer, ids and number of rows, those that fill up included, so \
            that it can guess tokens which the large one checks. Of the large model only the tokenizer, config.json \
            and the header of its weights are read.

            Example: focus draft Qwen3-0.6B --like Llama-3.3-70B-Instruct --output draft
            """)

    @Argument(help: "The small model: a folder as save_pretrained writes it.")
    var checkpoint: FilePath

    @OptionGroup(title: "Inputs") var inputs: DraftInputs

    @OptionGroup(title: "Output") var destination: DestinationOptions

    @OptionGroup(title: "Output") var writing: WritingOptions

    @OptionGroup(title: "Output") var rows: RowOptions

    @OptionGroup(title: "Method") var method: MethodOptions

    @OptionGroup(title: "Method") var drawing: DrawingOptions

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try destination.check(dryRun: writing.dryRun)
        guard !rows.link || !destination.inPlace else { throw ValidationError("--link goes with --output.") }
    }

    /// Throws where the method needs a text and there is none, unless all rows are copied.
    private func checkText(_ options: SpecializationOptions) throws {
        guard
            !inputs.text.corpus.isEmpty || writing.dryRun || !method.needsText(likeReference: false)
                || options.copiesEveryRow
        else { throw ValidationError("This method needs a text: --corpus FILE; --method auto and pieces do without.") }
    }

    func run() throws {
        Interruption.shared.listen()
        if writing.dryRun || !destination.inPlace { try common.noteUnfinished(checkpoint) }
        if !writing.dryRun { try common.finishInterrupted(destination.inPlace ? checkpoint : destination.output) }
        if let error = InputCheck.complaint(aboutModel: checkpoint, tokenizer: inputs.like) { throw error }
        try common.check(checkpoint, as: .model)
        try common.noteInterrupted(inputs.like, inputs.sourceTokenizer, as: .tokenizer)
        var options = SpecializationOptions(checkpoint: checkpoint, tokenizer: inputs.like)
        options.formats = try formats.registry(on: common.workers)
        options.rowCount = try DraftTarget(at: inputs.like, formats: options.formats).rowCount
        options.sourceTokenizer = inputs.sourceTokenizer
        let corpus = try inputs.text.corpus.textFiles
        if !corpus.isEmpty { options.rows = .trained(on: corpus) }
        options.textField = inputs.text.textField
        options.seed = drawing.seed
        options.variant = formats.variant
        options.measuredLines = corpus.isEmpty ? nil : 32
        options.tell = common.teller
        options.workers = common.workers
        writing.apply(to: &options)
        options.version = FocusTool.configuration.version
        destination.apply(to: &options)
        method.apply(to: &options)
        rows.apply(to: &options)
        try checkText(options)
        try SpecializationRun(common: common, dryRun: writing.dryRun, listsFiles: writing.files).run(options)
    }
}
