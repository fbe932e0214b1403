internal import Checkpoints
internal import TensorIO

/// An output matrix that is stored although config.json says that it is the table of tokens.
struct TiedOutput {
    let tensor: TensorDescriptor
    let reader: any TensorReader

    /// How many bytes are compared at a time.
    private static let step = 1 << 22

    /// Whether it is the same, bit for bit, as `table`.
    ///
    /// - Throws: `FormatError` where one of them cannot be read.
    func isSame(as table: TensorDescriptor, of other: any TensorReader) throws -> Bool {
        guard tensor.elementType == table.elementType, tensor.shape == table.shape else { return false }
        var start = 0
        while start < tensor.byteCount {
            let range = start..<min(start + TiedOutput.step, tensor.byteCount)
            guard try bytes(tensor, reader, range) == bytes(table, other, range) else { return false }
            start = range.upperBound
        }
        return true
    }

    /// What the user should know of it.
    func remark(isSame: Bool) -> String {
        "'\(tensor.name)' is stored although 'tie_word_embeddings' is true, and "
            + (isSame
                ? "left out: it is the table of tokens again"
                : "kept: it differs from the table of tokens, and the model is written with both")
    }

    private func bytes(
        _ tensor: TensorDescriptor, _ reader: any TensorReader, _ range: Range<Int>
    ) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        try reader.read(tensor, bytes: range) { (span: RawSpan) throws(FormatError) in
            unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
