internal import Replacement
internal import SystemPackage
public import TensorIO

/// A checkpoint on its way to another format: everything is opened and checked when this exists, and nothing is written
/// yet.
public struct Conversion: Sendable {
    let options: ConversionOptions
    let stages: StageClock
    let source: Checkpoint
    let selection: TensorSelection
    let target: ConversionTarget
    let destination: TensorDestination
    /// The files that are written instead of the one that is named.
    private let parts: [String]
    let companions: ConversionCompanions?
    /// What goes with the tensors: the source's, where the target has a place for it.
    let metadata: [String: String]
    private let lost: [String]

    /// Opens the source and checks that the destination can hold it.
    ///
    /// - Throws: `FocusError` or `FormatError`: the source cannot be opened, the target format is not known, is only
    ///   read or cannot hold a tensor, the destination exists or cannot be written, or there is too little room.
    public init(
        _ options: ConversionOptions, formats: FormatRegistry, stages: StageClock = StageClock()
    ) throws {
        let source = try stages.measure("open") { _ in
            try Checkpoint.open(options.source, variant: options.variant, formats: formats)
        }
        try self.init(options, of: source, isOnDisk: true, formats: formats, stages: stages)
    }

    /// Checks that the destination can hold tensors of `source`, which is open.
    ///
    /// - Parameter isOnDisk: whether it is a file or folder, of which more may come along.
    /// - Throws: as above.
    init(
        _ options: ConversionOptions, of source: Checkpoint, isOnDisk: Bool, formats: FormatRegistry,
        stages: StageClock
    ) throws {
        self.options = options
        self.stages = stages
        self.source = source
        var target = try ConversionTarget(options, source, formats)
        let quantized = options.dequantizes ? QuantizedTensors(in: source) : nil
        guard quantized?.modules.isEmpty != true else {
            throw FocusError("holds no quantised weights: leave out --dequantize", path: options.source)
        }
        selection = try TensorSelection(
            of: source, elementType: options.elementType, dequantizing: quantized, where: options.selects)
        target.keepBlocks(of: selection)
        self.target = target
        destination = TensorDestination(target.format, of: source, options)
        if isOnDisk, case .folder(let folder) = target.place {
            companions = try ConversionCompanions(
                of: source, elementType: options.elementType, dequantizes: options.dequantizes, to: target.format,
                except: folder)
        } else {
            companions = nil
        }
        let isNameless = Conversion.isNameless(target)
        let isBare = isNameless || !target.format.traits.keepsMetadata
        metadata = isBare ? [:] : source.metadata
        let kind = target.format.fileExtensions.first.map { "a .\($0) file" } ?? target.format.name
        lost = isBare && !source.metadata.isEmpty ? ["\(kind) has no place for metadata: they are left out"] : []
        if case .file(let path) = target.place {
            parts = try destination.parts(of: selection.targets, at: path)
        } else {
            parts = []
        }
        if options.destination == nil { try refuseLoss() }
        try checkTensors(isNameless: isNameless)
        if isOnDisk { try refuseSource() }
        try checkDestination(formats)
        // In place files keep their contents under a second name; elsewhere they are read.
        if options.destination != nil {
            for file in companions?.copied ?? [] { try ReadableFile.check(source.folder.pushing(file)) }
        }
        try FreeSpace.check(byteCount, at: place?.staging ?? target.path, for: target.path)
    }

    /// Whether the target is a file for one tensor without a name; of a format, maybe, that has its other tensors in a
    /// folder.
    private static func isNameless(_ target: ConversionTarget) -> Bool {
        if target.format.traits.holdsOneTensor { return true }
        guard case .file(let path) = target.place, target.format.traits.isFolder else { return false }
        return path.extension.map(target.format.fileExtensions.contains) ?? false
    }

    /// The size of what will be written in bytes, without compression.
    var byteCount: Int {
        selection.byteCount + (options.destination == nil ? 0 : companions?.byteCount ?? 0)
    }

    private func checkTensors(isNameless: Bool) throws {
        guard !selection.entries.isEmpty || source.tensors.isEmpty else {
            throw FocusError(
                "none of its \(source.tensors.count) tensors has a name that was asked for", path: options.source)
        }
        try selection.targets.refuseRepeatedNames()
        try destination.check(selection.targets, from: options.source)
        guard !isNameless || selection.entries.count == 1 else {
            throw FocusError(
                "holds one tensor, and \(selection.entries.count) are to be written: --include the one, or name a "
                    + "folder",
                path: target.path)
        }
    }

    private func checkDestination(_ formats: FormatRegistry) throws {
        let path = target.path
        guard options.destination != nil else {
            if case .folder = target.place {
                try StagedReplacement.check(path, policy: policy, isInPlace: true)
            } else if let original = options.keptOriginal {
                let place = try ReplacementPlace(path, resolvesLink: false)
                var files = StagedFiles(made: [], name: place.name, place: place)
                files.addStale(source.tensorFileNames)
                try files.checkKeeping(at: original, suffix: target.format.traits.sidecarSuffix)
            }
            return
        }
        switch target.place {
        case .folder: try StagedReplacement.check(path, policy: policy)
        case .file:
            try destination.checkParts(at: path, overwrites: options.overwrites, source: source)
            try checkFile(path, formats)
        }
    }

    /// Throws where the source would be overwritten by what is made of it.
    private func refuseSource() throws {
        guard let path = options.destination else { return }
        guard !FolderContents.isSame(path, options.source) else {
            throw FocusError("is the source itself; use --in-place to replace it", path: path)
        }
        guard !FolderContents.contains(path, options.source) else {
            throw FocusError("is a folder that the source lies in; choose another name", path: path)
        }
        try source.refuseOwnFile(path)
    }

    /// Throws where more would be lost than what takes its place: other parts of a model that is named by one of them,
    /// or what a reader leaves out.
    private func refuseLoss() throws(FocusError) {
        if source.singleFile != nil, let parts = source.files.first?.reader.parts, parts.count > 1 {
            throw FocusError(
                "is one of \(parts.count) files of a model, which one file cannot replace: name a destination",
                path: options.source)
        }
        guard parts.isEmpty else {
            throw FocusError(
                "would be \(parts.count) files of other names (\(parts[0]) and so on): name a destination, or leave "
                    + "out --shard-size", path: options.source)
        }
        if let leftOut = source.metadata["dcp.left_out"], options.keptOriginal == nil {
            throw FocusError(
                "holds more than is read (\(leftOut)), which --in-place would remove: name a destination, or keep the "
                    + "original with --keep-original DIR", path: options.source)
        }
    }

    private func checkFile(_ path: FilePath, _ formats: FormatRegistry) throws {
        guard MappedFile.nameExists(path) else { return try StagedReplacement.check(path, policy: .refuse) }
        guard options.overwrites else { throw FormatError.destinationExists(path) }
        guard MappedFile.isFolder(path) else {
            guard FolderContents.isFile(path) else {
                throw FocusError("is neither a file nor a folder, and is not replaced", path: path)
            }
            return
        }
        // A folder is only replaced where nothing is lost but tensors.
        let parts = try formats.format(of: path).open(path).parts.compactMap { $0.lastComponent?.string }
        if let foreign = try FolderContents.entries(of: path).first(where: { !parts.contains($0) }) {
            throw FocusError(
                "holds '\(foreign)', which would be lost; choose another name, or remove the folder", path: path)
        }
    }

    /// What is replaced in place; nil where the result goes elsewhere.
    var place: ReplacementPlace? {
        get throws(FocusError) {
            guard options.destination == nil else { return nil }
            return try ReplacementPlace(target.path, resolvesLink: source.singleFile == nil)
        }
    }

    /// What happens where the destination exists.
    var policy: StagedReplacement.Policy {
        if options.destination == nil { return options.keptOriginal.map { .keep($0) } ?? .replace }
        return options.overwrites ? .replace : .refuse
    }

    /// That the source's format is only read, where another took its place unasked.
    private var replaced: [String] {
        guard options.format == nil, let own = source.files.first?.format, !own.traits.writes,
            !target.format.fileExtensions.contains(options.destination?.extension?.lowercased() ?? "")
        else { return [] }
        return ["\(own.name) is only read: the tensors are written as \(target.format.name)"]
    }

    /// What the user should know.
    public var notes: [String] {
        source.notes + (companions?.notes ?? []) + lost + replaced
    }

    /// What will be written, known before anything is.
    public var preview: ConversionPreview {
        ConversionPreview(
            source: options.source, sourceFormat: source.files.first?.format.name ?? "", destination: target.path,
            parts: parts, format: target.format.name, tensorCount: selection.entries.count,
            convertedCount: selection.entries.count { $0.source.elementType != $0.target.elementType },
            leftOutCount: source.tensors.count - selection.entries.count, tensorByteCount: selection.byteCount,
            byteCount: byteCount,
            copiedFiles: companions?.copied.map(\.string) ?? [], notes: notes)
    }
}
