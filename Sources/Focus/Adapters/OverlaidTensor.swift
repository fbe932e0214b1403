internal import TensorIO

/// A tensor of another reader in which some rows are others.
struct OverlaidTensor: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String] = [:]
    private let reader: any TensorReader
    private let rows: [Int: [UInt8]]
    private let rowByteCount: Int

    /// Lays rows over those of `original`, along its first axis.
    ///
    /// - Parameter rows: by their number, each as long as a row of the tensor; they are rounded to its type.
    init(_ original: TensorRows, rows: [Int: [Float]]) {
        tensors = [original.tensor]
        reader = original.reader
        rowByteCount = original.rowByteCount
        let (type, size) = (original.tensor.elementType, original.rowByteCount)
        self.rows = rows.mapValues { values in
            var bytes = [UInt8](repeating: 0, count: size)
            ElementConversion.store(values.span, type, in: &bytes, at: 0)
            return bytes
        }
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        try reader.read(tensor, bytes: range) { (span: RawSpan) throws(FormatError) in bytes += span.copied }
        for (row, values) in rows {
            let place = row * rowByteCount..<(row + 1) * rowByteCount
            let common = place.clamped(to: range)
            guard !common.isEmpty else { continue }
            let target = common.lowerBound - range.lowerBound..<common.upperBound - range.lowerBound
            let source = common.lowerBound - place.lowerBound..<common.upperBound - place.lowerBound
            bytes.replaceSubrange(target, with: values[source])
        }
        try unsafe body(bytes.span.bytes)
    }
}
