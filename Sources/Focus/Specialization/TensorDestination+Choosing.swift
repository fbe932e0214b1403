internal import Checkpoints
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO

extension TensorDestination {
    /// The one format that all tensors of `checkpoint` are written in: the one asked for, or one that can be written
    /// where the source's cannot; nil where each file keeps its own.
    ///
    /// - Throws: `FocusError` where there is no such format, or where it cannot hold the tensors.
    init?(_ options: SpecializationOptions, _ checkpoint: Checkpoint, _ formats: FormatRegistry) throws {
        var format = try options.output.name.map { name in try formats.known(name) }
        if format == nil, checkpoint.files.contains(where: { !$0.format.traits.writes }) {
            format = SafetensorsFormat()
        }
        // A folder that a format knows, which itself is one of files: there is no name to keep.
        if format == nil, let file = checkpoint.files.first, file.name.isEmpty, !file.format.traits.isFolder {
            format = file.format
        }
        guard let format else { return nil }
        if case .format(_, let compression, let shardSize) = options.output {
            self.init(format: format, shardSize: shardSize, compression: compression)
        } else {
            self.init(format: format, shardSize: nil, compression: .none)
        }
        try check(checkpoint.tensors.map(\.tensor), from: options.checkpoint)
    }

    /// What the user should know of the format.
    ///
    /// - Parameter isAskedFor: whether the user chose it.
    func notes(on checkpoint: Checkpoint, isAskedFor: Bool) -> [String] {
        if !format.traits.keepsMetadata, !checkpoint.metadata.isEmpty {
            return ["\(format.name) has no place for metadata: they are left out"]
        }
        guard !isAskedFor, let readOnly = checkpoint.files.first(where: { !$0.format.traits.writes }) else { return [] }
        return ["\(readOnly.format.name) is only read: the tensors are written as \(format.name)"]
    }
}
