internal import Checkpoints
public import FocusEngine
private import Glibc
internal import JSON
internal import Parallel
internal import Replacement
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO
internal import Tokenization

extension Specialization {
    /// Writes the checkpoint that `plan` makes to a folder beside `destination`, reads it again, and puts it in place when it is whole and on disk.
    public func write(_ plan: RowPlan, to destination: SpecializationOptions.Destination) throws {
        try write(plan, CheckpointLayout(of: self), to: destination, lock: nil)
    }

    func write(
        _ plan: RowPlan, _ layout: CheckpointLayout, to destination: SpecializationOptions.Destination, lock: PathLock?
    ) throws {
        let place = try ReplacementPlace(destination.folder, resolvesLink: isInPlace)
        try FreeSpace.check(layout.byteCount - linkedByteCount(at: place.staging), at: place.staging)
        let context = StagedReplacement.Context(
            policy: destination.policy, isInPlace: isInPlace, lock: lock, tell: options.tell)
        try StagedReplacement.replacing(destination.folder, context) { folder in
            let written = try stages.measure("write checkpoint") { monitor in
                try write(plan, layout, to: folder, monitor: monitor)
            }
            try checkpoint.refuseChanged()
            guard options.verifies else { return }
            try stages.measure("verify") { monitor in
                // Reading computes while the disk is waited for.
                _ = try options.workers.both {
                    for tensors in written { try tensors.verify(workers: options.workers, monitor: monitor) }
                } _: {
                    try Durable.synchronizeFiles(below: folder)
                }
            }
        }
    }

    /// Writes everything to the staged `folder`.
    ///
    /// - Returns: the tensors that were written, to be read again.
    private func write(
        _ plan: RowPlan, _ layout: CheckpointLayout, to folder: FilePath, monitor: WorkMonitor
    ) throws -> [WrittenTensors] {
        var written: [WrittenTensors] = []
        // Formats that are folders come first: they take the place of the empty one.
        if let tensorDestination {
            written.append(try write(plan, to: tensorDestination, in: folder, monitor: monitor))
        } else {
            for file in checkpoint.files {
                if let tensors = try write(file, plan, in: folder, monitor: monitor) { written.append(tensors) }
            }
        }
        if let index = checkpoint.index, tensorDestination == nil {
            func total(_ measure: (TensorDescriptor) -> Int) -> Int {
                checkpoint.tensors.reduce(0) { $0 + measure($1.tensor) }
                    + layout.changedTensors.reduce(0) { $0 + measure($1.new) - measure($1.old) }
            }
            let text = index.reader.rewrittenIndex(
                byteCount: total(\.byteCount), elementCount: total(\.elementCount))
            try JSONFile.write(text, to: folder.appending(index.name))
        }
        for (name, contents) in layout.rewrittenFiles { try JSONFile.write(contents, to: folder.appending(name)) }
        for (path, name) in layout.tokenizerFiles { try FileCopy.copy(path, to: folder.appending(name)) }
        if let configuration = layout.tokenizerConfiguration {
            try JSONFile.write(configuration, to: folder.appending("tokenizer_config.json"))
        }
        if isInPlace {
            try KeptFiles(folder: checkpoint.folder, staging: folder).place(layout.copiedFiles, monitor: monitor)
        } else {
            for file in layout.copiedFiles {
                try monitor.checkCancellation()
                try FolderContents.create(folder.pushing(file).removingLastComponent())
                try FileCopy.copy(checkpoint.folder.pushing(file), to: folder.pushing(file))
            }
        }
        try monitor.checkCancellation()
        return written
    }

    /// Whether the new checkpoint takes the place of the old one.
    var isInPlace: Bool { Specialization.isInPlace(options) }

    static func isInPlace(_ options: SpecializationOptions) -> Bool {
        options.destination.map { FolderContents.isSame($0.folder, options.checkpoint) } ?? false
    }

    /// The lock of the checkpoint, where it is replaced.
    func lockInPlace() throws -> PathLock? {
        guard isInPlace, let destination = options.destination else { return nil }
        return try ReplacementPlace(destination.folder, resolvesLink: true).lock()
    }

    /// The one format that all tensors are written in: the one asked for, or one that can be written where the source's cannot.
    static func destination(
        _ options: SpecializationOptions, _ checkpoint: Checkpoint, _ formats: FormatRegistry
    ) throws -> TensorDestination? {
        var format = try options.format.map { name in try formats.known(name) }
        if format == nil, checkpoint.files.contains(where: { !$0.format.traits.writes }) {
            format = SafetensorsFormat()
        }
        // A folder that a format knows, which itself is one of files: there is no name to keep.
        if format == nil, let file = checkpoint.files.first, file.name.isEmpty, !file.format.traits.isFolder {
            format = file.format
        }
        guard let format else { return nil }
        let destination = TensorDestination(
            format: format, shardSize: options.shardSize, compression: options.compression)
        try destination.check(checkpoint.tensors.map(\.tensor), from: options.checkpoint)
        return destination
    }

    /// What the user should know of the format that was chosen.
    var formatNotes: [String] {
        guard let destination = tensorDestination else { return [] }
        if !destination.format.traits.keepsMetadata, !checkpoint.metadata.isEmpty {
            return ["\(destination.format.name) has no place for metadata: they are left out"]
        }
        guard options.format == nil, let readOnly = checkpoint.files.first(where: { !$0.format.traits.writes }) else {
            return []
        }
        return ["\(readOnly.format.name) is only read: the tensors are written as \(destination.format.name)"]
    }

    /// Writes all tensors in one format.
    private func write(
        _ plan: RowPlan, to destination: TensorDestination, in folder: FilePath, monitor: WorkMonitor
    ) throws -> WrittenTensors {
        let (descriptors, contents) = try rewritten(checkpoint.files, plan, monitor: monitor)
        let byteCount = descriptors.reduce(0) { min($0, .max - $1.byteCount) + $1.byteCount }
        let written = WrittenTensors(
            path: destination.path(in: folder, byteCount: byteCount), format: destination.format, expected: descriptors,
            metadata: destination.format.traits.keepsMetadata ? checkpoint.metadata : [:], hashes: ContentHashes())
        try destination.format.write(
            descriptors, metadata: written.metadata, options: destination.options(synchronizes: false),
            to: written.path, contents: contents.hashed(by: written.hashes))
        return written
    }

    /// Writes one file as it is called in the source and in its format; one whose tensors all stay gets another name.
    ///
    /// - Returns: the tensors that were written; nil where the file only got another name.
    private func write(
        _ file: Checkpoint.File, _ plan: RowPlan, in folder: FilePath, monitor: WorkMonitor
    ) throws -> WrittenTensors? {
        let traits = file.format.traits
        let ending = FilePath(file.name).extension
        let isFolder = traits.isFolder && !(ending.map(file.format.fileExtensions.contains) ?? false)
        // Not by shape: a target vocabulary may have as many rows as the source's.
        guard isFolder || isRewritten(file) else {
            if isInPlace {
                try KeptFiles(folder: checkpoint.folder, staging: folder).place([FilePath(file.name)], monitor: monitor)
            } else {
                try FileCopy.link(
                    checkpoint.folder.appending(file.name), to: folder.appending(file.name), followingLinks: true)
            }
            return nil
        }
        let (descriptors, contents) = try rewritten([file], plan, monitor: monitor)
        var options = WriteOptions()
        options.replacesExisting = isFolder
        options.synchronizes = false
        let written = WrittenTensors(
            path: isFolder ? folder : folder.appending(file.name), format: file.format, expected: descriptors,
            metadata: traits.keepsMetadata ? file.reader.metadata : [:], hashes: ContentHashes())
        try file.format.write(
            descriptors, metadata: written.metadata, options: options, to: written.path,
            contents: contents.hashed(by: written.hashes))
        return written
    }

    /// The tensors of `files` as they will be, and what they will hold.
    func rewritten(
        _ files: [Checkpoint.File], _ plan: RowPlan, monitor: WorkMonitor
    ) throws(FormatError) -> (tensors: [TensorDescriptor], contents: TensorContents) {
        let rewriter = VocabularyRewriter(
            plan: plan, rowCount: writtenRows, figures: figures, workers: options.workers)
        let (vocabulary, rows) = (tensors, rows)
        let shifts = Dictionary(uniqueKeysWithValues: positions.shifts.map { ($0.tensor.name, $0) })
        var descriptors: [TensorDescriptor] = []
        var originals: [TensorName: (tensor: TensorDescriptor, reader: any TensorReader)] = [:]
        for file in files {
            for tensor in file.reader.tensors {
                originals[tensor.name] = (tensor, file.reader)
                if let entry = vocabulary.entry(named: tensor.name) {
                    descriptors.append(try entry.resized(to: writtenRows))
                } else {
                    descriptors.append(
                        try shifts[tensor.name].map { shift throws(FormatError) in try shift.written } ?? tensor)
                }
            }
        }
        let sources = originals
        let contents = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
            guard let (original, reader) = sources[tensor.name] else { return }
            if let entry = vocabulary.entry(named: tensor.name) {
                try rewriter.send(rows.rows(of: entry, in: reader), monitor: monitor, to: sink)
            } else if let shift = shifts[tensor.name] {
                try shift.send(from: reader, to: sink)
            } else {
                try reader.read(original, sink)
            }
        }
        return (descriptors, contents)
    }

    /// Whether something in `file` changes.
    private func isRewritten(_ file: Checkpoint.File) -> Bool {
        let moved = Set(positions.shifts.map(\.tensor.name))
        return file.reader.tensors.contains { tensors.entry(named: $0.name) != nil || moved.contains($0.name) }
    }

    /// The bytes of tensor files that need no room below `destination`, because they only get another name there.
    private func linkedByteCount(at destination: FilePath) -> Int {
        guard tensorDestination == nil else { return 0 }
        let folder = FreeSpace.existingFolder(above: destination)
        return checkpoint.files.filter { !$0.name.isEmpty && !isRewritten($0) }.reduce(0) { total, file in
            let path = checkpoint.folder.appending(file.name)
            return FileCopy.canLink(path, into: folder) ? total + FolderContents.byteCount(of: path) : total
        }
    }
}
