package import TensorIO

/// The numbers of a quantised weight as a tensor of f32, computed as they are asked for.
package struct DequantizedReader: TensorReader {
    private let weight: QuantizedWeight

    /// Rows that are computed at a time: a multiple of 16, so that what is lent is one of 64 bytes.
    private static let blockByteCount = 4 << 20

    /// Makes the reader of `weight`.
    package init(_ weight: QuantizedWeight) {
        self.weight = weight
    }

    /// The one tensor.
    package var tensors: [TensorDescriptor] { [weight.plain] }
    /// None.
    package var metadata: [String: String] { [:] }

    /// Lends the bytes `range` of the numbers.
    ///
    /// - Throws: `FormatError` where what they are made of cannot be read, and whatever `body` throws.
    package func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard !range.isEmpty else { return }
        let rowByteCount = weight.width * 4
        let rows = range.lowerBound / rowByteCount..<(range.upperBound - 1) / rowByteCount + 1
        let count = max(16, DequantizedReader.blockByteCount / rowByteCount / 16 * 16)
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: count) {
            let block = first..<min(first + count, rows.upperBound)
            let numbers = try weight.numbers(of: block)
            let bytes = range.clamped(to: block.lowerBound * rowByteCount..<block.upperBound * rowByteCount)
            let start = block.lowerBound * rowByteCount
            try unsafe body(numbers.span.bytes.extracting(bytes.lowerBound - start..<bytes.upperBound - start))
        }
    }
}
