internal import ArgumentParser
internal import Focus
internal import Replacement
internal import SystemPackage

/// `focus specialize`: the main job.
struct Specialize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "specialize",
        abstract: "Writes a checkpoint whose vocabulary is that of another tokenizer.",
        usage: "focus specialize <checkpoint> (--tokenizer <path> | --vocabulary-size <n>) --corpus <file>\n"
            + "         --output <dir> [<options>]",
        discussion: """
            Tokens that both vocabularies share keep their rows; every other row becomes a sparsemax-weighted \
            combination of shared \
            rows that are close in an auxiliary fastText space, the mean of the rows of its pieces, or both \
            (--method); the plan is applied to every tensor with a vocabulary axis.

            Example: focus specialize multilingual-e5-small --tokenizer german-tokenizer --corpus german.txt \
            --output german-e5
            """)

    @Argument(help: "The checkpoint: a folder as save_pretrained writes it, or one tensor file.")
    var checkpoint: FilePath

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    @OptionGroup(title: "Inputs") var further: FurtherInputs

    @OptionGroup(title: "Output") var destination: DestinationOptions

    @OptionGroup(title: "Output") var writing: WritingOptions

    @OptionGroup(title: "Output") var rows: RowOptions

    @OptionGroup(title: "Output") var tensorFormat: TensorFormatOptions

    @OptionGroup(title: "Method") var method: MethodOptions

    @OptionGroup(title: "Method") var matching: MatchingOptions

    @OptionGroup(title: "Method") var job: JobOptions

    @OptionGroup(title: "Prompts") var prompts: PromptOptions

    @OptionGroup(title: "Single tokens") var overrides: OverrideOptions

    @OptionGroup(title: "Training") var training: CachedTrainingOptions

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup(title: "Reading") var tensors: TensorChoiceOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try destination.check(dryRun: writing.dryRun)
        if let size = further.vocabularySize {
            guard inputs.tokenizer == nil, !inputs.text.corpus.isEmpty, further.plan == nil, further.extendWith == nil,
                size > 0
            else {
                throw ValidationError(
                    "--vocabulary-size N makes a tokenizer of N tokens from --corpus, in place of --tokenizer, --plan "
                        + "and --extend-with.")
            }
        } else {
            try inputs.checkTokenizer()
        }
        guard !rows.link || !destination.inPlace else { throw ValidationError("--link goes with --output.") }
        guard further.plan == nil || !method.makesRows else {
            throw ValidationError(
                "--plan brings the rows along, and --method, --head and --untie make them: give one of them.")
        }
        try overrides.check(plan: further.plan, likeReference: job.matchLikeReference)
        guard further.counts == nil || inputs.text.corpus.isEmpty && inputs.auxiliary == nil && further.plan == nil
        else { throw ValidationError("--counts stands in place of --corpus, --auxiliary and --plan: give one.") }
    }

    /// Throws where the method needs vectors and there is nothing to make them of, unless all rows are copied.
    private func checkVectors(_ options: SpecializationOptions) throws {
        let hasVectors =
            further.plan != nil || further.counts != nil || !inputs.text.corpus.isEmpty || inputs.auxiliary != nil
        guard
            hasVectors || writing.dryRun || !method.needsText(likeReference: job.matchLikeReference)
                || options.copiesEveryRow
        else {
            throw ValidationError(
                "Auxiliary embeddings are needed: --corpus FILE, --counts FILE, --auxiliary FILE, or a kept --plan "
                    + "FILE; --method auto and pieces do without.")
        }
    }

    func run() throws {
        Interruption.shared.listen()
        guard let size = further.vocabularySize else { return try specialize() }
        let tokenizer = try MadeTokenizer(
            size: size, like: inputs.sourceTokenizer ?? checkpoint, text: inputs.text, common: common)
        defer { tokenizer.remove() }
        var command = self
        command.inputs.tokenizer = tokenizer.path
        try command.specialize()
    }

    private func specialize() throws {
        if writing.dryRun || !destination.inPlace { try common.noteUnfinished(checkpoint) }
        if !writing.dryRun { try common.finishInterrupted(destination.inPlace ? checkpoint : destination.output) }
        if let error = InputCheck.complaint(aboutModel: checkpoint, tokenizer: inputs.target) { throw error }
        try common.check(checkpoint, as: .model)
        for draft in further.drafts { try common.noteInterrupted(draft) }
        try common.noteInterrupted(inputs.target, inputs.sourceTokenizer, further.extendWith, as: .tokenizer)
        try common.check(inputs.auxiliary, further.plan, further.counts, overrides.givenRows, as: .file)
        let options = try options
        try checkVectors(options)
        let isAdapter = AdapterFolder.isAdapter(checkpoint)
        if writing.files, isAdapter {
            throw FocusError(
                "is no folder of a whole model, whose files --files lists", path: checkpoint, code: .option)
        }
        if isAdapter {
            return try AdapterRun(common: common, dryRun: writing.dryRun).run(options)
        }
        guard rows.base == nil else {
            throw FocusError("is no adapter, which is what --base goes with", path: checkpoint, code: .option)
        }
        if let known = options.formats, GGUFRun.isModel(checkpoint, known) {
            return try GGUFRun(
                common: common, formats: formats, dryRun: writing.dryRun, listsFiles: writing.files
            ).run(options)
        }
        try SpecializationRun(common: common, dryRun: writing.dryRun, listsFiles: writing.files).run(options)
    }

    /// What the options say of a plan that is made for its own sake.
    var planOptions: SpecializationOptions {
        get throws {
            var options = try options
            (options.destination, options.savedPlan, options.report) = (nil, nil, nil)
            options.measuredLines = nil
            return options
        }
    }

    private var options: SpecializationOptions {
        get throws {
            let vectors = training.vectorTraining(likeReference: job.matchLikeReference)
            var options = try inputs.job(on: checkpoint, plan: further.plan, training: vectors)
            if let counts = further.counts { options.rows = .counted(counts, vectors) }
            further.apply(to: &options)
            matching.apply(to: &options)
            job.apply(to: &options)
            writing.apply(to: &options)
            options.version = FocusTool.configuration.version
            tensorFormat.apply(to: &options)
            destination.apply(to: &options)
            method.apply(to: &options)
            prompts.apply(to: &options)
            try overrides.apply(to: &options)
            rows.apply(to: &options)
            options.choices = try tensors.choices
            options.formats = try formats.registry(on: common.workers)
            options.variant = formats.variant
            options.tell = common.teller
            options.workers = common.workers
            return options
        }
    }
}
