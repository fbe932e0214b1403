public import FocusEngine
private import Glibc
internal import JSON
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO
internal import Tokenization

extension Specialization {
    /// Writes the checkpoint that `plan` makes to a folder beside `destination`, and puts it in place when it is whole and on disk.
    public func write(_ plan: RowPlan, to destination: SpecializationOptions.Destination) throws {
        try stages.measure("write checkpoint") { try write(plan, to: destination, monitor: $0) }
    }

    private func write(
        _ plan: RowPlan, to destination: SpecializationOptions.Destination, monitor: WorkMonitor
    ) throws {
        let layout = try CheckpointLayout(of: self)
        try checkSpace(layout.byteCount - linkedByteCount(at: destination.folder), at: destination.folder)
        try StagedReplacement.replacing(destination.folder, policy: destination.policy) { folder in
            for file in checkpoint.files {
                try write(file, plan, to: folder.appending(file.name), monitor: monitor)
            }
            if let index = checkpoint.index {
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
            for file in layout.copiedFiles {
                try monitor.checkCancellation()
                try FolderContents.create(folder.pushing(file).removingLastComponent())
                try FileCopy.copy(checkpoint.folder.pushing(file), to: folder.pushing(file))
            }
            try monitor.checkCancellation()
        }
    }

    private func checkSpace(_ needed: Int, at destination: FilePath) throws {
        var folder = destination.removingLastComponent()
        while !folder.isEmpty, !FolderContents.exists(folder) { folder = folder.removingLastComponent() }
        guard let free = FolderContents.freeSpace(at: folder), free < needed else { return }
        throw FocusError(
            "the new checkpoint needs about \(needed) bytes, but only \(free) are free on that disk", path: destination)
    }

    private func write(
        _ file: Checkpoint.File, _ plan: RowPlan, to path: FilePath, monitor: WorkMonitor
    ) throws {
        let rewriter = VocabularyRewriter(
            plan: plan, rowCount: writtenRows, figures: figures, workers: options.workers)
        let tensors = tensors
        let shifts = Dictionary(uniqueKeysWithValues: positions.shifts.map { ($0.tensor.name, $0) })
        let descriptors = try file.reader.tensors.map { tensor throws(FormatError) in
            if let entry = tensors.entry(named: tensor.name) { return try entry.resized(to: writtenRows) }
            return try shifts[tensor.name]?.written ?? tensor
        }
        // Not by shape: a target vocabulary may have as many rows as the source's.
        guard file.reader.tensors.contains(where: { tensors.entry(named: $0.name) != nil || shifts[$0.name] != nil })
        else {
            return try FileLink.linkOrCopy(checkpoint.folder.appending(file.name), to: path)
        }
        let originals = Dictionary(uniqueKeysWithValues: file.reader.tensors.map { ($0.name, $0) })
        let reader = file.reader
        let contents = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
            if let entry = tensors.entry(named: tensor.name) {
                try rewriter.send(TensorRows(entry, reader: reader), monitor: monitor, to: sink)
            } else if let shift = shifts[tensor.name] {
                try shift.send(from: reader, to: sink)
            } else if let original = originals[tensor.name] {
                try reader.read(original, sink)
            }
        }
        try file.format.write(
            descriptors, metadata: reader.metadata, options: WriteOptions(), to: path, contents: contents)
    }
}
