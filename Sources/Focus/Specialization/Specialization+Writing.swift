internal import Checkpoints
public import FocusEngine
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension Specialization {
    /// Writes the checkpoint that `plan` makes to a folder beside `destination`, reads it again, and puts it in place
    /// when it is whole and on disk.
    ///
    /// - Throws: `CancellationError` where the monitor asks to stop; `FocusError` or `FormatError` where the
    ///   destination exists or has another run's lock, the source changed or cannot be read, a file cannot be written,
    ///   or is not read back as it was written. `destination` is then as it was.
    public func write(_ plan: RowPlan, to destination: SpecializationOptions.Destination) throws {
        try write(NewRows(plan), to: destination)
    }

    /// Writes the checkpoint with `rows`, those that a model's states made among them.
    ///
    /// - Throws: `CancellationError` where the monitor asks to stop; `FocusError` or `FormatError` where the
    ///   destination exists or has another run's lock, the source changed or cannot be read, a file cannot be written,
    ///   or is not read back as it was written. `destination` is then as it was.
    public func write(_ rows: NewRows, to destination: SpecializationOptions.Destination) throws {
        try output.checkRoom(at: destination.folder)
        _ = try write(rows, to: destination, lock: nil)
    }

    /// - Parameters:
    ///   - lock: that of the checkpoint, where it is replaced and was locked before.
    ///   - card: what the model card says of the new vocabulary; nil for the card as it is.
    /// - Returns: how many files that stay as they are came along in which way.
    func write(
        _ rows: NewRows, to destination: SpecializationOptions.Destination, lock: PathLock?, card: String? = nil
    ) throws -> [FileTransfer: Int] {
        var untouched: [FileTransfer: Int] = [:]
        let rows = try tensors.sharingWithCopies(rows)
        let newCard = try card.map { try modelCard().with($0) }
        var output = output
        output.writesCard = newCard != nil
        let context = StagedReplacement.Context(
            policy: destination.policy, isInPlace: output.plan.isInPlace, lock: lock, tell: options.tell)
        try StagedReplacement.replacing(destination.folder, context) { folder in
            let written = try stages.measure("write checkpoint") { monitor in
                var written = try output.writeFolder(folder, by: rows, card: newCard, monitor: monitor)
                for draft in drafts {
                    let more = try draft.write(below: folder, by: rows, of: tensors, monitor: monitor)
                    written.tensors += more.tensors
                    written.untouched.merge(more.untouched, uniquingKeysWith: +)
                }
                return written
            }
            untouched = written.untouched
            for writer in writers { try writer.checkpoint.refuseChanged() }
            guard options.verifies else { return }
            try stages.measure("verify") { monitor in
                try WrittenTensors.verify(
                    written.tensors, whileSynchronizing: folder, workers: options.workers, monitor: monitor)
            }
        }
        return untouched
    }

    /// The model card of the source's folder; an empty one where it has none.
    private func modelCard() throws -> ModelCard {
        let path = checkpoint.folder.appending(ModelCard.name)
        guard checkpoint.singleFile == nil, FolderContents.isFile(path) else { return ModelCard([]) }
        return ModelCard(try MappedFile(path).withBytes { $0.copied })
    }

    /// The lock of the checkpoint, where it is replaced.
    func lockInPlace() throws -> PathLock? {
        guard output.plan.isInPlace, let destination = options.destination else { return nil }
        return try ReplacementPlace(destination.folder, resolvesLink: true).lock()
    }
}
