internal import Checkpoints
internal import Focus
internal import FocusTool
internal import JSON
internal import Parallel
internal import TensorIO

/// A checkpoint or a tensor file that a caller opened.
final class OpenTensors: Sendable {
    private let checkpoint: Checkpoint
    private let entries: [(reader: any TensorReader, tensor: TensorDescriptor)]

    init(_ checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
        entries = checkpoint.tensors.map { ($0.file.reader, $0.tensor) }
    }

    /// What it holds.
    var description: JSONBuilder { CommandSession.listing(of: checkpoint) }

    /// Copies `range` of the bytes of one tensor to `place`.
    ///
    /// - Throws: `FocusError` where there is no such tensor or range; `FormatError` where it cannot be read.
    func read(_ index: UInt64, _ range: Range<UInt64>, to place: UnsafeMutableRawPointer, _ monitor: CallMonitor) throws
    {
        guard index < UInt64(entries.count) else {
            throw Call.usage("there are \(entries.count) tensors, and none with the number \(index)")
        }
        let (reader, tensor) = entries[Int(index)]
        guard range.upperBound <= UInt64(tensor.byteCount) else {
            throw Call.usage("tensor '\(tensor.name)' has \(tensor.byteCount) bytes, and none to \(range.upperBound)")
        }
        let width = UInt64(max(1, tensor.elementType.bitWidth / 8))
        guard range.lowerBound % width == 0, range.upperBound % width == 0 else {
            throw Call.usage("an element of tensor '\(tensor.name)' would be cut: each has \(width) bytes")
        }
        let work = monitor.monitor("read tensors")
        let bytes = Int(range.lowerBound)..<Int(range.upperBound)
        var filled = 0
        try reader.read(tensor, bytes: bytes) { (span: RawSpan) throws(FormatError) in
            var start = 0
            while start < span.byteCount {
                guard !work.isCancelled else { throw FormatError(.cancelled, "cancelled") }
                let count = min(CallerTensors.pieceSize, span.byteCount - start)
                guard filled + count <= bytes.count else {
                    throw FormatError(.invalidTensor, "has more bytes than its header says", tensor: tensor.name)
                }
                unsafe span.withUnsafeBytes { span in
                    unsafe (place + filled).copyMemory(from: span.baseAddress! + start, byteCount: count)
                }
                start += count
                filled += count
                work.update(completed: filled, total: bytes.count)
            }
        }
        guard filled == bytes.count else {
            throw FormatError(.truncated, "has fewer bytes than its header says", tensor: tensor.name)
        }
    }
}
