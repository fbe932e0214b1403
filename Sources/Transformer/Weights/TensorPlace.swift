internal import TensorIO

/// A tensor and where it is read from.
struct TensorPlace: Sendable {
    let reader: any TensorReader
    let tensor: TensorDescriptor

    /// The elements as floats.
    func floats() throws(TransformerError) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(tensor.elementCount)
        try read { ElementConversion.append($0, tensor.elementType, to: &values) }
        return values
    }

    /// Appends the elements of a 16-bit type, as bits.
    func appendBits(to bits: inout [UInt16]) throws(TransformerError) {
        try read { span in
            let start = bits.count
            bits.append(contentsOf: repeatElement(0, count: span.byteCount / 2))
            unsafe bits.withUnsafeMutableBytes { target in
                unsafe span.withUnsafeBytes { source in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[(2 * start)...]).copyMemory(from: source)
                }
            }
        }
    }

    private func read(_ body: (RawSpan) -> Void) throws(TransformerError) {
        do throws(FormatError) {
            try reader.read(tensor) { (span: RawSpan) throws(FormatError) in body(span) }
        } catch {
            throw TransformerError(.file, "\(error)")
        }
    }
}
