internal import FocusEngine
internal import TensorIO

/// One slice of a vocabulary tensor as rows of `Float`, read and widened as they are asked for.
struct SliceRows: RowSource {
    let rows: TensorRows
    private let slice: Int

    init(_ rows: TensorRows, slice: Int) {
        self.rows = rows
        self.slice = slice
    }

    var rowCount: Int { rows.count }
    var width: Int { rows.width }

    func withRows(_ range: Range<Int>, _ body: (Span<Float>) -> Void) throws(FormatError) {
        var isLent = false
        if rows.tensor.elementType == .f32 {
            try rows.read(range, ofSlice: slice) { (bytes: RawSpan) throws(FormatError) in
                // Mapped bytes that lie as floats do are lent as they are.
                isLent = bytes.byteCount == range.count * rows.rowByteCount && bytes.withFloats(body)
            }
        }
        if isLent { return }
        var values: [Float] = []
        values.reserveCapacity(range.count * width)
        try rows.read(range, ofSlice: slice) { (bytes: RawSpan) throws(FormatError) in
            ElementConversion.append(bytes, rows.tensor.elementType, to: &values)
        }
        body(values.span)
    }
}

extension RawSpan {
    /// Lends the bytes to `body` as floats and returns true, or returns false where they are not aligned as floats are.
    fileprivate func withFloats(_ body: (Span<Float>) -> Void) -> Bool {
        unsafe withUnsafeBytes { bytes in
            guard Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0 else { return false }
            let floats = unsafe bytes.assumingMemoryBound(to: Float.self)
            unsafe body(floats.span)
            return true
        }
    }
}
