/// Floats in memory that starts at a cache line, so that no vector load straddles two.
@safe final class AlignedFloats: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Float>

    /// Makes `count` zeros.
    init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        let floats = unsafe bytes.bindMemory(to: Float.self, capacity: max(count, 1))
        unsafe floats.initialize(repeating: 0, count: max(count, 1))
        unsafe buffer = UnsafeMutableBufferPointer(start: floats, count: count)
    }

    /// The first of them; there is always room for one.
    var start: UnsafeMutablePointer<Float> {
        unsafe buffer.baseAddress!
    }

    deinit {
        unsafe buffer.baseAddress?.deallocate()
    }
}
