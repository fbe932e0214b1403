extension ElementConversion {
    /// Appends the elements of `type` in `bytes` to `values`, widened.
    public static func append(_ bytes: RawSpan, _ type: ElementType, to values: inout [Float]) {
        let count = bytes.byteCount * 8 / type.bitWidth
        let start = values.count
        values.append(contentsOf: repeatElement(0, count: count))
        unsafe values.withUnsafeMutableBufferPointer { buffer in
            let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[start...])
            var span = unsafe target.mutableSpan
            toFloat(bytes, type, into: &span)
        }
    }

    /// Narrows `values` to elements of `type` and stores them in `bytes` from `offset` on, where there must be room.
    public static func store(_ values: Span<Float>, _ type: ElementType, in bytes: inout [UInt8], at offset: Int) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            let target = unsafe UnsafeMutableRawBufferPointer(
                rebasing: buffer[offset..<offset + values.count * type.bitWidth / 8])
            var span = unsafe target.mutableBytes
            fromFloat(values, type, into: &span)
        }
    }
}
