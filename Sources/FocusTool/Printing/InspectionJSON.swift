internal import Checkpoints
internal import Focus
internal import JSON
internal import TensorIO

/// What `inspect --json` answers.
enum InspectionJSON {
    /// The tensors with all that is known of them.
    static func listing(
        _ checkpoint: Checkpoint, _ shown: [(file: Checkpoint.File, tensor: TensorDescriptor)],
        _ statistics: [TensorStatistics?]?, remarks: [String]
    ) -> JSONBuilder {
        let quantized = QuantizedLines(in: checkpoint, among: shown.map(\.tensor))
        let tensors = shown.enumerated().map { index, entry in
            var members: [JSONBuilder.Member] = [
                .init("name", .string(entry.tensor.name.bytes)),
                .init("dtype", .text(entry.tensor.elementType.rawValue)),
                .init("shape", .array(entry.tensor.shape.map { .integer($0) })),
                .init("bytes", .integer(entry.tensor.byteCount)), .init("file", .text(entry.file.name)),
            ]
            if let stored = entry.file.reader.storedType(of: entry.tensor) {
                members.append(.init("storedType", .text(stored)))
            }
            members += quantized.members(of: entry.tensor.name)
            if let statistics { members.append(.init("statistics", statistics[index].map(self.statistics) ?? .null)) }
            return JSONBuilder.object(members)
        }
        let metadata = checkpoint.files.first?.reader.metadata ?? [:]
        return .object([
            .init("format", .text(checkpoint.files[0].format.name)),
            .init("files", .array(checkpoint.files.map { .text($0.name) })),
            .init("metadata", .object(metadata.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })),
            .init("notes", .array((checkpoint.notes + remarks).map { .text($0) })),
            .init("bytes", .integer(shown.reduce(0) { $0 + $1.tensor.byteCount })),
            .init("tensors", .array(tensors)),
        ])
    }

    private static func statistics(_ figures: TensorStatistics) -> JSONBuilder {
        .object([
            .init("mean", .double(figures.mean)), .init("std", .double(figures.standardDeviation)),
            .init("min", .double(figures.minimum)), .init("max", .double(figures.maximum)),
            .init("norm", .double(figures.norm)), .init("nan", .integer(figures.nanCount)),
            .init("inf", .integer(figures.infinityCount)), .init("zeros", .integer(figures.zeroCount)),
        ])
    }
}
