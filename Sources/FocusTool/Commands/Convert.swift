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

    @Argument(help: "The file to write, or the folder. (required, or --in-place)")
    var destination: FilePath?

    @OptionGroup(title: "Output") var output: ConversionOutput

    @OptionGroup(title: "Output") var layouts: LayoutOptionGroup

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard destination == nil || !output.inPlace else {
            throw ValidationError(
                "A destination is a new file or folder, and --in-place replaces the source: give one of them.")
        }
        guard destination != nil || output.inPlace else {
            throw ValidationError("Say where the result goes: a destination, or --in-place.")
        }
        guard layouts.layout != .gguf || output.dtype == nil else {
            throw ValidationError("--dtype does not go with --layout gguf: --type says how matrices are kept there.")
        }
        if layouts.layout != nil {
            guard !output.inPlace, output.compression == .none, output.include.isEmpty, output.exclude.isEmpty else {
                throw ValidationError(
                    "--layout writes a whole model to a new place: --in-place, --compression, --include and --exclude "
                        + "do not go with it.")
            }
        }
    }

    func run() throws {
        Interruption.shared.listen()
        if output.dryRun || !output.inPlace { try common.noteUnfinished(source) }
        if !output.dryRun { try common.finishInterrupted(output.inPlace ? source : destination) }
        try common.check(source, as: .model)
        let line = ProgressLine(quiet: common.quiet)
        let stages = StageClock { line.monitor($0) }
        if let layout = layouts.layout, let destination { return try run(to: layout, destination, stages) }
        let conversion = try Conversion(options, formats: formats.registry(on: common.workers), stages: stages)
        guard !output.dryRun else {
            Terminal.clearProgress()
            show(conversion.preview)
            return
        }
        tell(try conversion.run())
    }

    private func run(to layout: LayoutConversion.Layout, _ destination: FilePath, _ stages: StageClock) throws {
        var options = LayoutOptions(source: source, destination: destination)
        options.variant = formats.variant
        options.format = output.to
        options.elementType = output.dtype.flatMap { ElementType(argument: $0.rawValue) }
        options.shardSize = output.shardSize?.bytes
        options.overwrites = output.overwrite
        options.verifies = output.verify
        options.tell = common.teller
        options.workers = common.workers
        layouts.apply(to: &options)
        let unpacks = LayoutConversion.unpacksBlocks(of: source, to: layout)
        let registry = try formats.registry(on: common.workers, telling: unpacks ? ["dequantize=f32"] : [])
        let conversion = try LayoutConversion(options, to: layout, formats: registry, stages: stages)
        guard !output.dryRun else {
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

    /// What the arguments ask for.
    var options: ConversionOptions {
        var options = ConversionOptions(source: source, destination: destination)
        options.variant = formats.variant
        output.apply(to: &options)
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
