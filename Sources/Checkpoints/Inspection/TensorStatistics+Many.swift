public import Parallel
internal import Synchronization
public import TensorIO

extension TensorStatistics {
    /// A run of a tensor's bytes that one thread counts.
    private struct Slice: Sendable {
        let index: Int
        let bytes: Range<Int>
    }

    /// The length of a slice in bytes: whole elements of every type.
    private static let sliceByteCount = 3 << 22

    /// The figures of each of `tensors`, in order, nil as above and for bytes that the file calls something else, such
    /// as quantised blocks; each is read once. Large tensors are cut, so that one of them does not keep a single thread
    /// busy. The figures do not depend on the number of `workers`.
    ///
    /// - Throws: what the reader of the first tensor that cannot be read throws, or `FormatError` with code
    ///   `cancelled`.
    public static func all(
        of tensors: [(tensor: TensorDescriptor, reader: any TensorReader)], workers: Workers,
        monitor: WorkMonitor = .none
    ) throws -> [TensorStatistics?] {
        let slices = tensors.enumerated().flatMap { index, entry in cut(entry.tensor, index, entry.reader) }
        let total = slices.reduce(0) { min($0, .max - $1.bytes.count) + $1.bytes.count }
        let completed = Mutex(0)
        let parts = try workers.mapTensors(slices.map { tensors[$0.index] }) { place in
            try monitor.checkCancellation()
            let (slice, entry) = (slices[place], tensors[slices[place].index])
            let part = try TensorStatistics(of: entry.tensor, bytes: slice.bytes, in: entry.reader)
            let now = completed.withLock {
                $0 += slice.bytes.count
                return $0
            }
            monitor.update(completed: now, total: total)
            // Bytes of blocks are no numbers.
            let isOfBlocks = entry.tensor.elementType == .u8 && entry.reader.storedType(of: entry.tensor) != nil
            return isOfBlocks ? nil : part
        }
        var statistics = [TensorStatistics?](repeating: nil, count: tensors.count)
        for (slice, part) in zip(slices, parts) {
            guard let part else { continue }
            statistics[slice.index] = statistics[slice.index].map { $0.joined(with: part) } ?? part
        }
        return statistics
    }

    private static func cut(_ tensor: TensorDescriptor, _ index: Int, _ reader: any TensorReader) -> [Slice] {
        let isWhole = !reader.readsAnywhere(tensor) || reader.checksWhole(tensor) || tensor.byteCount <= sliceByteCount
        guard !isWhole else { return [Slice(index: index, bytes: 0..<tensor.byteCount)] }
        return stride(from: 0, to: tensor.byteCount, by: sliceByteCount).map { start in
            Slice(index: index, bytes: start..<min(tensor.byteCount, start + sliceByteCount))
        }
    }
}
