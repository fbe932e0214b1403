public import Parallel
internal import Replacement
public import TensorIO

/// What differs between two checkpoints, of whatever formats.
public struct CheckpointDifference: Sendable {
    /// What is different about one tensor.
    public enum Finding: Sendable {
        /// Only the first has it.
        case onlyInFirst(TensorDescriptor)
        /// Only the second has it.
        case onlyInSecond(TensorDescriptor)
        /// The shapes differ.
        case shape(TensorDescriptor, TensorDescriptor)
        /// The types differ; how far the values do, where they can be measured.
        case type(TensorDescriptor, TensorDescriptor, TensorDifference?)
        /// The values differ, by what can be measured; nil where only the bytes tell.
        case values(TensorDescriptor, TensorDifference?)
        /// A file beside the tensors, of the configuration or the tokenizer, differs or is only in one.
        case file(name: String, inFirst: Bool, inSecond: Bool)
    }

    /// The findings, in the order of the first checkpoint, then what only the second has.
    public let findings: [Finding]
    /// The number of tensors that are equal byte for byte.
    public let equalCount: Int
    /// What differs beside the tensors, a sentence each: metadata, and the groups and attributes of HDF5.
    public let notes: [String]
    /// Whether configuration and tokenizer were compared too: not where one of the two is a file.
    public let comparesFiles: Bool

    /// Compares two checkpoints tensor by tensor, reading both once.
    ///
    /// - Throws: `FormatError` where a tensor cannot be read; `CancellationError` where `monitor` asks to stop.
    public init(
        _ a: Checkpoint, _ b: Checkpoint, workers: Workers, monitor: WorkMonitor = .none
    ) throws {
        let second = Dictionary(uniqueKeysWithValues: b.tensors.map { ($0.tensor.name, $0) })
        let first = a.tensors
        let outcomes: [Finding?] = try workers.mapTensors(first.map { ($0.tensor, $0.file.reader) }) { index in
            try monitor.checkCancellation()
            monitor.update(completed: index, total: first.count)
            let (file, tensor) = first[index]
            guard let other = second[tensor.name] else { return .onlyInFirst(tensor) }
            guard tensor.shape == other.tensor.shape else { return .shape(tensor, other.tensor) }
            do {
                let difference = try TensorDifference.between(
                    tensor, in: file.reader, other.tensor, in: other.file.reader)
                guard tensor.elementType == other.tensor.elementType else {
                    return .type(tensor, other.tensor, difference)
                }
                return difference.map { .values(tensor, $0) }
            } catch is FocusError {
                return tensor.elementType == other.tensor.elementType
                    ? .values(tensor, nil) : .type(tensor, other.tensor, nil)
            }
        }
        let names = Set(first.map(\.tensor.name))
        comparesFiles = a.singleFile == nil && b.singleFile == nil
        findings =
            outcomes.compactMap { $0 }
            + b.tensors.filter { !names.contains($0.tensor.name) }.map { .onlyInSecond($0.tensor) }
            + (comparesFiles ? try CompanionDifference(a.folder, b.folder).findings : [])
        equalCount = outcomes.count { $0 == nil }
        notes = try CheckpointDifference.notes(a, b)
    }
}
