internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import Replacement
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO

/// Writes the files of a specialised checkpoint to an empty folder: tensors by a row plan, and all else as the output
/// folder's plan says.
struct CheckpointWriter: Sendable {
    let checkpoint: Checkpoint
    let tensors: NewTensors
    let plan: OutputFolderPlan
    /// The format that all tensors are written in; nil to keep that of each file.
    let format: TensorDestination?
    /// Whether files that stay as they are share their contents with the source's, as second names of them.
    let linksUntouched: Bool
    let workers: Workers
    /// Whether the model card is written anew.
    var writesCard = false

    /// What was written.
    struct Written {
        /// The tensors, to be read again.
        var tensors: [WrittenTensors] = []
        /// How many files that stay as they are came along in which way.
        var untouched: [FileTransfer: Int] = [:]
    }

    /// Throws where there is not the room that the files need at `destination`.
    ///
    /// - Parameter more: the bytes of what else is written there.
    func checkRoom(at destination: FilePath, more: Int = 0) throws {
        let place = try ReplacementPlace(destination, resolvesLink: plan.isInPlace)
        try FreeSpace.check(
            plan.byteCount - sharedByteCount(at: place.staging) + more, at: place.staging, for: destination)
    }

    /// Writes everything to the staged `folder`.
    ///
    /// - Parameter card: the contents of the model card, where it is written anew.
    func writeFolder(
        _ folder: FilePath, by rows: NewRows, card: [UInt8]? = nil, monitor: WorkMonitor
    ) throws -> Written {
        var written = Written()
        // Formats that are folders come first: they take the place of the empty one.
        if let format {
            written.tensors.append(try writeAsOneFormat(format, by: rows, in: folder, monitor: monitor))
        } else {
            for file in checkpoint.files where !isUntouched(file) {
                written.tensors.append(try writeKeepingFormat(file, by: rows, in: folder, monitor: monitor))
            }
            try writeIndex(in: folder)
        }
        for (name, contents) in plan.rewrittenFiles {
            try FolderContents.create(folder.appending(name).removingLastComponent())
            try JSONFile.write(contents, to: folder.appending(name))
        }
        for (path, name) in plan.tokenizerFiles {
            try FolderContents.create(folder.appending(name).removingLastComponent())
            try FileCopy.copy(path, to: folder.appending(name))
        }
        for (name, contents) in plan.changedTokenizerFiles {
            try JSONFile.write(contents, to: folder.appending(name))
        }
        if let configuration = plan.tokenizerConfiguration {
            try JSONFile.write(configuration, to: folder.appending("tokenizer_config.json"))
        }
        if let card { try JSONFile.write(card, to: folder.appending(ModelCard.name)) }
        written.untouched = try placeUntouched(in: folder, monitor: monitor)
        try monitor.checkCancellation()
        return written
    }

    /// Writes the index of shards with the new sizes, where the source has one.
    private func writeIndex(in folder: FilePath) throws {
        guard let index = checkpoint.index else { return }
        func total(_ measure: (TensorDescriptor) -> Int) -> Int {
            checkpoint.tensors.reduce(0) { $0 + measure($1.tensor) }
                + plan.changedTensors.reduce(0) { $0 + measure($1.new) - measure($1.old) }
                + plan.addedTensors.reduce(0) { $0 + measure($1) }
                - plan.removedTensors.reduce(0) { $0 + measure($1) }
        }
        var text = index.reader.rewrittenIndex(byteCount: total(\.byteCount), elementCount: total(\.elementCount))
        if let head = tensors.untiedHead, head.isNew {
            text = ShardIndex.adding(head.name, beside: head.table.tensor.name, to: text)
        }
        text = ShardIndex.removing(plan.removedTensors.map(\.name), from: text)
        try JSONFile.write(text, to: folder.appending(index.name))
    }

    /// Writes all tensors in one format.
    private func writeAsOneFormat(
        _ destination: TensorDestination, by rows: NewRows, in folder: FilePath, monitor: WorkMonitor
    ) throws -> WrittenTensors {
        let (descriptors, contents) = try tensors.of(checkpoint.files, by: rows, monitor: monitor)
        let byteCount = descriptors.reduce(0) { min($0, .max - $1.byteCount) + $1.byteCount }
        var options = destination.options(synchronizes: false, workers: workers)
        options.source = checkpoint.files.count == 1 ? checkpoint.files[0].reader : nil
        return try WrittenTensors.write(
            descriptors, contents, metadata: metadata(checkpoint.metadata),
            to: destination.path(in: folder, byteCount: byteCount), as: destination.format, options: options)
    }

    /// Writes one file as it is called in the source and in its format.
    private func writeKeepingFormat(
        _ file: Checkpoint.File, by rows: NewRows, in folder: FilePath, monitor: WorkMonitor
    ) throws -> WrittenTensors {
        let isFolder = isFolder(file)
        let (descriptors, contents) = try tensors.of([file], by: rows, monitor: monitor)
        var options = WriteOptions()
        options.replacesExisting = isFolder
        options.synchronizes = false
        options.workers = workers
        options.source = file.reader
        return try WrittenTensors.write(
            descriptors, contents, metadata: metadata(file.reader.metadata),
            to: isFolder ? folder : folder.appending(file.name), as: file.format, options: options)
    }

    /// Whether `file` is the folder of a format that keeps its tensors in files of a folder.
    private func isFolder(_ file: Checkpoint.File) -> Bool {
        let ending = FilePath(file.name).extension
        return file.format.traits.isFolder && !(ending.map(file.format.fileExtensions.contains) ?? false)
    }

    /// What `source` becomes: what it says of the vocabulary is of the new one.
    private func metadata(_ source: [String: String]) -> [String: String] {
        EmbeddedVocabulary(in: source, tensors).written
    }

    /// Whether `file` comes along as it is, because none of its tensors changes.
    private func isUntouched(_ file: Checkpoint.File) -> Bool {
        format == nil && !isFolder(file) && !tensors.isChanged(file)
    }

    /// The files that come along as they are, relative to the source's folder: tensor files first.
    var untouchedFiles: [FilePath] {
        checkpoint.files.filter(isUntouched).map { FilePath($0.name) }
            + plan.untouchedFiles.filter { !writesCard || $0 != FilePath(ModelCard.name) }
    }

    /// Their bytes.
    var untouchedByteCount: Int {
        untouchedFiles.reduce(0) { $0 + FolderContents.byteCount(of: checkpoint.folder.pushing($1)) }
    }

    private func placeUntouched(in folder: FilePath, monitor: WorkMonitor) throws -> [FileTransfer: Int] {
        guard !plan.isInPlace else {
            return try KeptFiles(folder: checkpoint.folder, staging: folder).place(untouchedFiles, monitor: monitor)
        }
        var transfers: [FileTransfer: Int] = [:]
        for file in untouchedFiles {
            try monitor.checkCancellation()
            let (source, copy) = (checkpoint.folder.pushing(file), folder.pushing(file))
            try FolderContents.create(copy.removingLastComponent())
            let transfer = linksUntouched ? try FileCopy.link(source, to: copy) : try FileCopy.copy(source, to: copy)
            transfers[transfer, default: 0] += 1
        }
        return transfers
    }

    /// The bytes of files that need no room below `destination`, because they only get another name there.
    private func sharedByteCount(at destination: FilePath) -> Int {
        guard plan.isInPlace || linksUntouched else { return 0 }
        let folder = FreeSpace.existingFolder(above: destination)
        // In place the room for what lies beside the tensors is not counted in the first place.
        let files = plan.isInPlace ? checkpoint.files.filter(isUntouched).map { FilePath($0.name) } : untouchedFiles
        return files.reduce(0) { total, file in
            let path = checkpoint.folder.pushing(file)
            return FileCopy.canLink(path, into: folder) ? total + FolderContents.byteCount(of: path) : total
        }
    }
}
