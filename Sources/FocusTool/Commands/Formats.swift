internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import PluginHost
internal import SystemPackage
internal import TensorIO

/// `focus formats`: what can be read and written.
struct Formats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats",
        abstract: "Lists the tensor formats, what each can hold, and where it comes from.")

    @Flag(help: "Answer in JSON on stdout.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Hold this format to the laws that every format obeys, and say what it breaks; exit code 0 for nothing, 1 "
                + "for something. (default: none)",
            valueName: "name"))
    var check: String?

    @Option(
        help: ArgumentHelp(
            "With --check, hold it to the laws of reading with this sound file or folder of the format, too; may be "
                + "repeated. (default: none)",
            valueName: "path"))
    var sample: [FilePath] = []

    @OptionGroup(title: "Plug-ins") var plugins: PluginOptions

    @Option(help: .hidden)
    var law: String?

    @Option(help: .hidden)
    var lawSample: FilePath?

    @Option(help: .hidden)
    var lawFolder: FilePath?

    func validate() throws {
        guard check != nil || sample.isEmpty else { throw ValidationError("--sample goes with --check.") }
    }

    func run() throws {
        let registry = try plugins.adding(to: .builtIn)
        if let check {
            let formatCheck = try FormatCheck(registry.known(check), samples: sample)
            if let law, let lawFolder { return try formatCheck.tryLaw(law, on: lawSample, in: lawFolder) }
            guard try formatCheck.run() else { throw ExitCode(1) }
            return
        }
        let formats = registry.formats
        if json {
            Terminal.answer(JSONBuilder.array(formats.map(description)).written(indentation: 2) + [0x0A])
            return
        }
        let rows = formats.map { format in
            let traits = format.traits
            return [
                format.name, traits.writes ? "read, write" : "read",
                format.fileExtensions.isEmpty ? "-" : format.fileExtensions.map { ".\($0)" }.joined(separator: " "),
                traits.compressions.isEmpty ? "-" : traits.compressions.joined(separator: ", "), Formats.types(traits),
                traits.origin, traits.summary,
            ]
        }
        let headings = ["format", "can", "files", "compression", "writes types", "from", "what it is"]
        Wording.table([headings] + rows).forEach { Terminal.answer($0) }
        for case let plugin as PluginFormat in formats {
            for (key, help) in plugin.options { Terminal.answer("--option \(key)=… (\(plugin.name)): \(help)") }
        }
    }

    /// The element types in a few words: all, or all but which.
    private static func types(_ traits: FormatTraits) -> String {
        guard traits.writes else { return "-" }
        let missing = ElementType.allCases.filter { !traits.elementTypes.contains($0) }
        guard !missing.isEmpty else { return "all" }
        return missing.count > 6
            ? ElementType.allCases.filter(traits.elementTypes.contains).map(\.rawValue).joined(separator: " ")
            : "all but \(missing.map(\.rawValue).joined(separator: " "))"
    }

    private func description(_ format: any TensorFormat) -> JSONBuilder {
        let traits = format.traits
        return .object([
            .init("name", .text(format.name)), .init("reads", .boolean(true)), .init("writes", .boolean(traits.writes)),
            .init("extensions", .texts(format.fileExtensions)), .init("compressions", .texts(traits.compressions)),
            .init("types", .texts(ElementType.allCases.filter(traits.elementTypes.contains).map(\.rawValue))),
            .init("shards", .boolean(traits.indexEnding != nil)), .init("folder", .boolean(traits.isFolder)),
            .init("metadata", .boolean(traits.keepsMetadata)), .init("from", .text(traits.origin)),
            .init("summary", .text(traits.summary)),
        ])
    }
}
