internal import Checkpoints
internal import FocusEngine
internal import JSON
internal import Parallel
internal import Replacement
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

/// What the folder of an adapter will hold: decided when a job is opened.
struct AdapterOutput: Sendable {
    /// The tensor file of one adapter.
    struct File: Sendable {
        let part: AdapterPart
        /// Its tensors as they will be, in the order of the file.
        let tensors: [TensorDescriptor]
        let contents: AdapterContents
        /// Its configuration; nil where it stays as it is.
        let configuration: JSONBuilder?
    }

    let folder: FilePath
    let files: [File]
    /// Files that come along as they are, relative to the folder.
    let untouched: [FilePath]
    /// The target tokenizer's files, and where they go.
    let tokenizerFiles: [(source: FilePath, name: FilePath)]
    let dropped: [String]
    let lost: [String]
    let configChanges: [ConfigChange]
    let notes: [String]
    let tokens: (source: Int, target: Int)
    let byteCount: Int

    /// Decides on everything.
    ///
    /// - Throws: `FocusError` where something of an adapter cannot be carried: tensor, reason, cure.
    init(
        of folder: AdapterFolder, _ parts: [AdapterPart], _ rows: AdapterRows, base: AdapterBase?, plan: PlanFile,
        options: SpecializationOptions, isInPlace: Bool
    ) throws {
        self.folder = folder.folder
        tokens = (rows.sourceCount, rows.rows.plan.rowCount)
        var files: [File] = []
        var lost: [String] = []
        var changes: [ConfigChange] = []
        var notes: [String] = []
        for part in parts {
            let path = folder.folder.pushing(part.file)
            let contents = try AdapterContents(part, rows, base: base, workers: options.workers, at: path)
            let tokens = AdapterTokenChange(part, rows, hasBase: base != nil)
            try tokens.refuseEmpty(part)
            lost += tokens.lost.map { "'\(plan.sourceTokens[$0]?.description ?? "")' (\($0))" }
            changes += tokens.changes
            files.append(
                File(
                    part: part, tensors: try contents.descriptors, contents: contents,
                    configuration: tokens.changes.isEmpty ? nil : part.configuration.replacing(tokens.tokens)))
            notes += contents.notes + tokens.notes + AdapterOutput.baseNotes(part)
        }
        let fates = try Fates(folder, parts, tokenizer: options.tokenizer)
        untouched = fates.untouched
        tokenizerFiles = fates.tokenizerFiles
        dropped = fates.dropped
        self.files = files
        self.lost = lost
        configChanges = changes
        self.notes = notes + fates.notes
        if !isInPlace { for file in untouched { try ReadableFile.check(folder.folder.pushing(file)) } }
        byteCount =
            files.flatMap(\.tensors).reduce(0) { min($0, .max - $1.byteCount) + $1.byteCount }
            + (isInPlace ? 0 : untouched.reduce(0) { $0 + FolderContents.byteCount(of: folder.folder.pushing($1)) })
            + tokenizerFiles.reduce(0) { $0 + FolderContents.byteCount(of: $1.source) }
    }

    private static func baseNotes(_ part: AdapterPart) -> [String] {
        guard let name = part.configuration.baseModel, !name.isEmpty else { return [] }
        return [
            "adapter_config.json names the base '\(name)' (base_model_name_or_path), which stays: load the result on "
                + "that model as it was specialised by this plan"
        ]
    }

    /// What becomes of the files beside tensors and configurations.
    private struct Fates {
        var untouched: [FilePath] = []
        var tokenizerFiles: [(source: FilePath, name: FilePath)] = []
        var dropped: [String] = []
        var notes: [String] = []

        init(_ folder: AdapterFolder, _ parts: [AdapterPart], tokenizer: FilePath) throws {
            let written = Set(parts.flatMap { [$0.file, $0.configurationFile] })
            var places: Set<FilePath> = []
            for file in folder.files where !written.contains(file) {
                let name = file.lastComponent?.string ?? ""
                if CompanionFiles.isTokenizerFile(name) || TokenizerFiles.isTemplate(file) {
                    places.insert(TokenizerFiles.isTemplate(file) ? "" : file.removingLastComponent())
                    dropped.append(file.string)
                } else if name.hasPrefix("adapter_model.") || CompanionFiles.isTrainingState(name) {
                    dropped.append(file.string)
                    notes.append("'\(file)' is of the old vocabulary, and stays behind")
                } else {
                    untouched.append(file)
                }
            }
            guard !places.isEmpty else { return }
            let files = try TokenizerFiles(at: tokenizer).files
            for file in files { try ReadableFile.check(file.source) }
            tokenizerFiles = places.sorted { $0.string < $1.string }.flatMap { place in
                files.map { ($0.source, place.pushing(FilePath($0.name))) }
            }
            let coming = Set(tokenizerFiles.map(\.name.string))
            dropped.removeAll(where: coming.contains)
        }
    }

    /// Writes everything to the empty folder `staging`.
    ///
    /// - Returns: the tensors, to be read again.
    func write(
        to staging: FilePath, isInPlace: Bool, workers: Workers, monitor: WorkMonitor
    ) throws -> [WrittenTensors] {
        var written: [WrittenTensors] = []
        for file in files {
            try monitor.checkCancellation()
            let path = staging.pushing(file.part.file)
            try FolderContents.create(path.removingLastComponent())
            var options = WriteOptions()
            options.synchronizes = false
            options.workers = workers
            options.source = file.part.reader
            written.append(
                try file.contents.carrying(monitor) { contents in
                    try WrittenTensors.write(
                        file.tensors, contents, metadata: file.part.reader.metadata, to: path, as: SafetensorsFormat(),
                        options: options)
                })
            let configuration = file.part.configurationFile
            if let new = file.configuration {
                try JSONFile.write(new, to: staging.pushing(configuration))
            } else {
                try FileCopy.copy(folder.pushing(configuration), to: staging.pushing(configuration))
            }
        }
        for file in tokenizerFiles {
            try FolderContents.create(staging.pushing(file.name).removingLastComponent())
            try FileCopy.copy(file.source, to: staging.pushing(file.name))
        }
        guard !isInPlace else {
            try KeptFiles(folder: folder, staging: staging).place(untouched, monitor: monitor)
            return written
        }
        for file in untouched {
            try monitor.checkCancellation()
            try FolderContents.create(staging.pushing(file).removingLastComponent())
            try FileCopy.copy(folder.pushing(file), to: staging.pushing(file))
        }
        return written
    }

    /// What changes.
    func preview(_ options: SpecializationOptions) -> AdapterPreview {
        let tensors = files.flatMap { file in
            file.part.tensors.all.filter { $0.role != .unrelated }.map { old in
                let new = file.tensors.first { $0.name == old.tensor.name }
                return SpecializationPreview.TensorChange(
                    name: old.tensor.name.description, elementType: old.tensor.elementType.rawValue,
                    newElementType: (new ?? old.tensor).elementType.rawValue, oldShape: old.tensor.shape,
                    newShape: new?.shape ?? [], isAdded: false, isRemoved: new == nil)
            }
        }
        let all = files.reduce(0) { $0 + $1.part.tensors.all.count }
        return AdapterPreview(
            adapter: options.checkpoint, tokenizer: options.tokenizer, types: files.map(\.part.configuration.type),
            tokens: tokens, tensors: tensors, untouchedTensors: all - tensors.count, lostTokens: lost,
            config: configChanges, notes: notes, addedFiles: tokenizerFiles.map(\.name.string), droppedFiles: dropped,
            byteCount: byteCount)
    }
}
