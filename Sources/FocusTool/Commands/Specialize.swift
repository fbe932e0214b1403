internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

/// `focus specialize`: the main job.
struct Specialize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "specialize",
        abstract: "Writes a checkpoint whose vocabulary is that of another tokenizer.",
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

    @OptionGroup var vocabulary: VocabularyOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Target-language text that trains the auxiliary embeddings: .txt or .jsonl, plain, .gz or .zst; a folder "
                + "stands for the texts in it, and 'NAME*' for what matches.",
            valueName: "file"))
    var corpus: [FilePath] = []

    @Option(help: ArgumentHelp("The field of .jsonl lines that holds the text.", valueName: "name"))
    var textField = "text"

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp(
            "A draft (EAGLE, Medusa) that guesses for the model: it follows the vocabulary, and is written to a "
                + "folder of its name inside the result; may be repeated.",
            valueName: "dir"))
    var drafts: [FilePath] = []

    @OptionGroup(title: "Method") var method: MethodOptions

    @OptionGroup(title: "Prompts") var prompts: PromptOptions

    @OptionGroup(title: "Single tokens") var overrides: OverrideOptions

    @Flag(help: "Switch off every deliberate difference from the reference package.")
    var matchLikeReference = false

    @Option(
        help: ArgumentHelp(
            "Vocabulary extension: --tokenizer is the extended one, anchors come from this language's own tokenizer.",
            valueName: "tokenizer"))
    var extendWith: FilePath?

    @Option(help: ArgumentHelp("Pad the vocabulary to a multiple of this many rows.", valueName: "n"))
    var padToMultipleOf: Int?

    @Option(help: ArgumentHelp("Seed of the rows that are drawn at random.", valueName: "n"))
    var seed: UInt64 = 42

    @Option(help: ArgumentHelp("Keep the row plan.", valueName: "file"))
    var savePlan: FilePath?

    @Option(
        help: ArgumentHelp("Apply a kept row plan; needs neither corpus nor auxiliary embeddings.", valueName: "file"))
    var plan: FilePath?

    @Option(
        help: ArgumentHelp(
            "The tensor format to write, one of a plug-in too; else each file keeps its own.",
            valueName: "safetensors|npy|npz|hdf5|raw|..."))
    var to: String?

    @Option(
        help: ArgumentHelp("With --to: how contents are compressed.", valueName: "none|zstd[:level]|gzip[:level]"))
    var compression = TensorCompression.none

    @Option(
        help: ArgumentHelp(
            "With --to safetensors: the largest shard: a number and kB, MB, GB or TB, as in 5GB.", valueName: "size"))
    var shardSize: ByteCount?

    @OptionGroup(title: "Destination") var destination: DestinationOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Run the model with its new rows on lines of the text, and say in the report what it keeps.")
    var measure = true

    @Flag(help: "Check everything and show what would change; write nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Write a report: .html, a page to look at, or .json.", valueName: "file"))
    var report: FilePath?

    @Option(
        name: .customLong("vocabulary-tensor"),
        help: ArgumentHelp(
            "A tensor that follows the vocabulary although its shape does not tell.", valueName: "name[:axis]"))
    var vocabularyTensors: [String] = []

    @Option(
        help: ArgumentHelp("A tensor to leave as it is although it is as long as the vocabulary.", valueName: "name"))
    var leave: [String] = []

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup(title: "Files") var rows: RowOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let padToMultipleOf, padToMultipleOf < 1 || padToMultipleOf > 1 << 20 {
            throw ValidationError("--pad-to-multiple-of takes a number from 1 to \(1 << 20).")
        }
        try destination.check(dryRun: dryRun)
        guard to != nil || compression == .none && shardSize == nil else {
            throw ValidationError("--compression and --shard-size go with --to.")
        }
        guard !rows.link || !destination.inPlace else { throw ValidationError("--link goes with --output.") }
        guard plan == nil || !method.makesRows else {
            throw ValidationError(
                "--plan brings the rows along, and --method, --head and --untie make them: give one of them.")
        }
        try overrides.check(plan: plan, likeReference: matchLikeReference)
        let hasVectors = plan != nil || !corpus.isEmpty || vocabulary.auxiliary != nil
        guard hasVectors || dryRun || !method.needsText(likeReference: matchLikeReference) else {
            throw ValidationError(
                "Auxiliary embeddings are needed: --corpus FILE, --auxiliary FILE, or a kept --plan FILE; "
                    + "--method auto and pieces do without.")
        }
        try ReportForm.check(report)
    }

    func run() throws {
        Interruption.shared.listen()
        if dryRun || !destination.inPlace { try common.noteInterrupted(checkpoint) }
        if !dryRun { try common.finishInterrupted(destination.inPlace ? checkpoint : destination.output) }
        try common.refuseHubNames([checkpoint])
        for draft in drafts { try common.noteInterrupted(draft) }
        try common.noteInterrupted(vocabulary.tokenizer, vocabulary.sourceTokenizer, extendWith)
        let options = try options
        if AdapterFolder.isAdapter(checkpoint) {
            return try AdapterRun(common: common, dryRun: dryRun).run(options)
        }
        guard rows.base == nil else {
            throw FocusError("is no adapter, which is what --base goes with", path: checkpoint, code: .option)
        }
        try SpecializationRun(common: common, dryRun: dryRun).run(options)
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
            var options = try vocabulary.job(
                on: checkpoint, corpus: corpus, plan: plan, likeReference: matchLikeReference)
            options.textField = textField
            options.extensionTokenizer = extendWith
            options.drafts = drafts
            options.rowMultiple = padToMultipleOf ?? 1
            options.seed = seed
            options.savedPlan = savePlan
            options.report = report
            options.version = FocusTool.configuration.version
            options.choices = try tensorChoices
            if let to {
                options.output = .format(to, compression: compression, shardSize: shardSize?.bytes)
            }
            options.formats = try formats.registry(on: common.workers)
            options.variant = formats.variant
            destination.apply(to: &options)
            options.measuredLines = measure ? 32 : nil
            options.tell = common.teller
            options.workers = common.workers
            method.apply(to: &options)
            prompts.apply(to: &options)
            try overrides.apply(to: &options)
            rows.apply(to: &options)
            return options
        }
    }

    private var tensorChoices: VocabularyChoices {
        get throws {
            var choices = VocabularyChoices(leave: Set(leave.map { TensorName($0) }))
            for text in vocabularyTensors {
                // Names may hold colons, as TensorFlow's do; only a number at the end is an axis.
                let parts = text.split(separator: ":", omittingEmptySubsequences: false)
                let axis = parts.count > 1 ? Int(parts[parts.count - 1]) : nil
                guard parts.count == 1 || axis != nil else {
                    throw ValidationError("--vocabulary-tensor takes NAME or NAME:AXIS, not '\(text)'.")
                }
                let name = axis == nil ? text : parts.dropLast().joined(separator: ":")
                choices.include[TensorName(name)] = axis.map { .axis($0) } ?? .automatic
            }
            return choices
        }
    }
}
