public import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import Layouts
internal import SystemPackage
public import TensorIO

/// `focus convert`: the same tensors in another format.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Writes the same tensors in another format, or as another type.",
        discussion: """
            Tensors are streamed one after the other, so that any size takes little memory. What was written is read \
            again and compared \
            before it gets its name. Of a checkpoint folder, config and tokenizer files come along.
            """)

    @Argument(help: "A checkpoint folder or a tensor file.")
    var source: FilePath

    @Argument(help: "The file to write, or the folder.")
    var destination: FilePath?

    @Option(
        help: ArgumentHelp(
            "The format to write, one of a plug-in too; else the destination's extension tells, or else it stays.",
            valueName: "safetensors|npy|npz|hdf5|raw|..."))
    var to: String?

    @Option(help: ArgumentHelp("How contents are compressed.", valueName: "none|zstd[:level]|gzip[:level]"))
    var compression = TensorCompression.none

    @Option(
        help: ArgumentHelp(
            "The largest shard of safetensors: a number and kB, MB, GB or TB, as in 5GB; none for one file. Else as "
                + "the source has it.",
            valueName: "size"))
    var shardSize: ByteCount?

    @Option(help: ArgumentHelp("What floating-point elements become.", valueName: "f32|f16|bf16"))
    var dtype: FloatType?

    @OptionGroup(title: "Layout") var layouts: LayoutOptionGroup

    @Option(help: ArgumentHelp("Only tensors whose names match; may be repeated.", valueName: "glob"))
    var include: [String] = []

    @Option(help: ArgumentHelp("No tensors whose names match; may be repeated.", valueName: "glob"))
    var exclude: [String] = []

    @Flag(help: "Put the result in the place of the source.")
    var inPlace = false

    @Option(help: ArgumentHelp("With --in-place: keep the source here.", valueName: "path"))
    var keepOriginal: FilePath?

    @Flag(help: "Replace the destination where it exists.")
    var overwrite = false

    @Flag(inversion: .prefixedNo, help: "Read what was written and compare it before it gets its name.")
    var verify = true

    @Flag(help: "Check everything and show what would be written; write nothing.")
    var dryRun = false

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard destination == nil || !inPlace else {
            throw ValidationError(
                "A destination is a new file or folder, and --in-place replaces the source: give one of them.")
        }
        guard destination != nil || inPlace else {
            throw ValidationError("Say where the result goes: a destination, or --in-place.")
        }
        guard keepOriginal == nil || inPlace else { throw ValidationError("--keep-original goes with --in-place.") }
        if layouts.layout != nil {
            guard !inPlace, compression == .none, include.isEmpty, exclude.isEmpty else {
                throw ValidationError(
                    "--layout writes a whole model to a new place: --in-place, --compression, --include and --exclude "
                        + "do not go with it.")
            }
        }
    }

    func run() throws {
        Interruption.shared.listen()
        if dryRun || !inPlace { try common.noteInterrupted(source) }
        if !dryRun { try common.finishInterrupted(inPlace ? source : destination) }
        try common.refuseHubNames([source])
        let line = ProgressLine(quiet: common.quiet)
        let stages = StageClock { line.monitor($0) }
        if let layout = layouts.layout, let destination { return try run(to: layout, destination, stages) }
        let conversion = try Conversion(options, formats: formats.registry(on: common.workers), stages: stages)
        guard !dryRun else {
            Terminal.clearProgress()
            show(conversion.preview)
            return
        }
        tell(try conversion.run())
    }

    private func run(to layout: LayoutConversion.Layout, _ destination: FilePath, _ stages: StageClock) throws {
        var options = LayoutOptions(source: source, destination: destination)
        options.variant = formats.variant
        options.format = to
        options.elementType = dtype.flatMap { ElementType(argument: $0.rawValue) }
        options.shardSize = shardSize?.bytes
        options.overwrites = overwrite
        options.verifies = verify
        options.tell = common.teller
        options.workers = common.workers
        let registry = try formats.registry(
            on: common.workers, telling: layout == .huggingface ? ["dequantize=f32"] : [])
        let conversion = try LayoutConversion(options, to: layout, formats: registry, stages: stages)
        guard !dryRun else {
            Terminal.clearProgress()
            return show(conversion.preview)
        }
        tell(try conversion.run())
    }

    private func tell(_ report: ConversionReport) {
        Terminal.clearProgress()
        if common.json {
            Terminal.answer(report.json.written(indentation: 2) + [0x0A])
        } else {
            ConversionStory.tell(report).forEach(common.say)
        }
    }

    private func show(_ preview: ConversionPreview) {
        if common.json {
            Terminal.answer(preview.json.written(indentation: 2) + [0x0A])
        } else {
            ConversionStory.tell(preview).forEach { Terminal.answer($0) }
        }
    }

    private var options: ConversionOptions {
        var options = ConversionOptions(source: source, destination: destination)
        options.variant = formats.variant
        options.format = to
        options.compression = compression
        options.shardSize = shardSize?.bytes
        options.elementType = dtype.flatMap { ElementType(argument: $0.rawValue) }
        let included = include.map(Glob.init)
        let excluded = exclude.map(Glob.init)
        options.selects = { name in
            (included.isEmpty || included.contains { $0.matches(name.bytes) })
                && !excluded.contains { $0.matches(name.bytes) }
        }
        options.overwrites = overwrite
        options.keptOriginal = keepOriginal
        options.verifies = verify
        options.tell = common.teller
        options.workers = common.workers
        return options
    }
}

extension TensorCompression: ExpressibleByArgument {
    /// As `init(_:)` reads it.
    public init?(argument: String) {
        self.init(argument)
    }

    /// What the help shows as the default.
    public var defaultValueDescription: String {
        description
    }
}
