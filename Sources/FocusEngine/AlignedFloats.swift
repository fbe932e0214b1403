/// Floats in memory that starts at a cache line, so that no vector load straddles two.
@safe final class AlignedFloats: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Float>

    /// Makes room for `count` floats, all of which must be written before they are read.
    init(room count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        unsafe buffer = UnsafeMutableBufferPointer(
            start: bytes.bindMemory(to: Float.self, capacity: max(count, 1)), count: count)
    }

    /// The first of them; there is always room for one.
    var start: UnsafeMutablePointer<Float> {
        unsafe buffer.baseAddress!
    }

    deinit {
        unsafe buffer.baseAddress?.deallocate()
    }
}
