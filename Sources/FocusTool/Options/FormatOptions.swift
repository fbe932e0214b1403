public import ArgumentParser
internal import Checkpoints
internal import Focus
internal import Parallel
public import TensorIO

/// How files are read that do not say everything themselves.
struct FormatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read a file without a header as one tensor of this type: f32, f16, ... (default: none)",
            valueName: "type"))
    var rawDtype: ElementType?

    @Option(help: ArgumentHelp("The shape of that tensor. (default: none)", valueName: "n,n,..."))
    var rawShape: TensorShape?

    @Option(help: ArgumentHelp("The byte at which it begins. (default: 0)", valueName: "n"))
    var rawOffset: Int?

    @Option(help: ArgumentHelp("The order of the bytes of its numbers. (default: little)", valueName: "order"))
    var rawOrder: ByteOrder?

    @Option(
        help: ArgumentHelp(
            "Read this tensor of an HDF5 file, or group of tensors, though it is in another file; may be repeated. "
                + "(default: none)",
            valueName: "name"))
    var allowExternal: [String] = []

    @Option(
        help: ArgumentHelp(
            "Which copy of the weights of a folder is meant, as in model.NAME.safetensors. (default: the plain one)",
            valueName: "name"))
    var variant: String?

    @OptionGroup var plugins: PluginOptions

    func validate() throws {
        guard (rawDtype == nil) == (rawShape == nil) else {
            throw ValidationError("--raw-dtype and --raw-shape go together.")
        }
        guard rawDtype != nil || rawOffset == nil && rawOrder == nil else {
            throw ValidationError("--raw-offset and --raw-order go with --raw-dtype and --raw-shape.")
        }
        if let variant, variant.isEmpty || variant.contains("/") {
            throw ValidationError("--variant takes the name of a variant, such as fp16.")
        }
        if let rawOffset, rawOffset < 0 { throw ValidationError("--raw-offset takes a number from 0 on.") }
    }

    /// The formats to read and write with, on `workers`.
    ///
    /// - Parameter settings: what plug-ins are told besides, as `--option` has it.
    func registry(on workers: Workers, telling settings: [String] = []) throws -> FormatRegistry {
        let builtIn = FormatRegistry.builtIn(
            allowingExternal: Set(allowExternal.map { TensorName($0) }), workers: workers)
        let formats = try plugins.adding(to: builtIn, telling: settings)
        guard let rawDtype, let rawShape else { return formats }
        return formats.readingHeaderless(
            rawDtype, shape: rawShape.sizes, offset: rawOffset ?? 0, isBigEndian: rawOrder == .big)
    }
}

/// `--raw-order`.
enum ByteOrder: String, CaseIterable, ExpressibleByArgument {
    case little, big
}

/// `--raw-shape`: sizes of axes, separated by commas.
struct TensorShape: ExpressibleByArgument {
    let sizes: [Int]

    init?(argument: String) {
        let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard sizes.allSatisfy({ $0 >= 0 }) else { return nil }
        self.sizes = sizes
    }
}

extension ElementType: ExpressibleByArgument {
    /// An element type by its name, in upper or lower case, with or without the underscore.
    public init?(argument: String) {
        let name = argument.lowercased().filter { $0 != "_" }
        guard let type = ElementType.allCases.first(where: { $0.rawValue.lowercased().filter { $0 != "_" } == name })
        else { return nil }
        self = type
    }

    /// The names, as they are typed.
    public static var allValueStrings: [String] {
        allCases.map { $0.rawValue.lowercased() }
    }
}
