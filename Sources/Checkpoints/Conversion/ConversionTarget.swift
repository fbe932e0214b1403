internal import Replacement
internal import SystemPackage
internal import TensorIO

/// In which format a conversion writes, and where to.
struct ConversionTarget {
    /// What is written.
    enum Place: Sendable {
        /// One tensor file, or the folder of a format that is one.
        case file(FilePath)
        /// A checkpoint folder: tensor files, and what lies beside them in the source.
        case folder(FilePath)
    }

    private(set) var format: any TensorFormat
    let place: Place

    /// The path that is written.
    var path: FilePath {
        switch place {
        case .file(let path), .folder(let path): path
        }
    }

    init(_ options: ConversionOptions, _ source: Checkpoint, _ formats: FormatRegistry) throws(FocusError) {
        format = try ConversionTarget.format(options, source, formats)
        guard let destination = options.destination else {
            place = source.singleFile.map { .file($0) } ?? .folder(options.source)
            try checkName(options.source, source)
            return
        }
        let isFile = ConversionTarget.format(byExtensionOf: destination, formats) != nil
        place = source.singleFile == nil && !isFile ? .folder(destination) : .file(destination)
        if source.singleFile == nil, !isFile, options.format == nil, let ending = destination.extension,
            CompanionFiles.isWeightsOfAnotherFramework("weights.\(ending)") || ending == "bin"
        {
            let advice = PluginHint.advice(forName: "weights.\(ending)").map { " (\($0))" } ?? ""
            throw FocusError(
                "is called like a .\(ending) file, which no format in use writes\(advice): name a folder, or say the "
                    + "format with --to \(formats.formats.map(\.name).joined(separator: "|"))", path: destination)
        }
        guard case .file(let path) = place else { return }
        if options.format == nil, !isFile, let ending = path.extension {
            throw FocusError(
                "its extension .\(ending) is that of no format: say which with --to "
                    + "\(formats.formats.map(\.name).joined(separator: "|"))",
                path: path)
        }
        if options.shardSize != nil, let ending = format.traits.indexEnding,
            !(path.lastComponent?.string ?? "").hasSuffix(ending)
        {
            throw FocusError(
                "shards need a folder: name one as the destination, or an index (model\(ending))", path: path)
        }
    }

    /// Quantised blocks of ggml stay what they are from GGUF to GGUF.
    mutating func keepBlocks(of selection: TensorSelection) {
        guard format.name == SplitFormat.format else { return }
        var blocks: [TensorName: String] = [:]
        for entry in selection.entries where entry.source.elementType == .u8 && entry.target.elementType == .u8 {
            blocks[entry.target.name] = entry.reader.storedType(of: entry.source)
        }
        if !blocks.isEmpty { format = BlockFormat(base: format, blocks: blocks) }
    }

    /// In place a file keeps its name, so its format must be the same.
    private func checkName(_ path: FilePath, _ source: Checkpoint) throws(FocusError) {
        guard case .file = place, let now = source.files.first?.format.name, now != format.name else { return }
        throw FocusError("is \(now) and keeps its name in place: name a destination for \(format.name)", path: path)
    }

    private static func format(
        _ options: ConversionOptions, _ source: Checkpoint, _ formats: FormatRegistry
    ) throws(FocusError) -> any TensorFormat {
        let byExtension = options.destination.flatMap { format(byExtensionOf: $0, formats) }
        if let name = options.format {
            let format = try formats.known(name)
            if let byExtension, byExtension.name != format.name, let path = options.destination {
                throw FocusError(
                    "has the extension of \(byExtension.name), but --to asks for \(format.name): rename the one or "
                        + "leave out the other",
                    path: path)
            }
            return format
        }
        if let byExtension { return byExtension }
        guard let own = source.files.first?.format, formats.format(named: own.name) != nil else {
            throw FocusError(
                "does not tell a format: say --to \(formats.formats.map(\.name).joined(separator: "|"))",
                path: options.destination)
        }
        // What is only read becomes safetensors, as `Specialization` has it; in place that is refused later.
        return own.traits.writes || options.destination == nil
            ? own : formats.format(named: "safetensors") ?? own
    }

    private static func format(byExtensionOf path: FilePath, _ formats: FormatRegistry) -> (any TensorFormat)? {
        let name = path.lastComponent?.string ?? ""
        if let format = formats.format(ofIndex: name) { return format }
        guard let ending = path.extension?.lowercased() else { return nil }
        return formats.formats.first { $0.fileExtensions.contains(ending) }
    }
}
