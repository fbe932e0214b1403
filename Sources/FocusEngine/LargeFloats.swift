private import Glibc

/// Memory for many floats that are read here and there: in large pages where the system has them, so that there are few to bring in and
/// to find.
@safe package final class LargeFloats: @unchecked Sendable {
    /// The floats.
    package let buffer: UnsafeMutableBufferPointer<Float>

    private static let pageSize = 2 << 20

    /// Makes room for `count` floats, which have no value yet.
    package init(count: Int) {
        let byteCount = max(count, 1) * MemoryLayout<Float>.stride
        let isLarge = byteCount >= 2 * LargeFloats.pageSize
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount, alignment: isLarge ? LargeFloats.pageSize : 64)
        if isLarge { _ = unsafe madvise(bytes, byteCount, MADV_HUGEPAGE) }
        unsafe buffer = UnsafeMutableBufferPointer(
            start: bytes.bindMemory(to: Float.self, capacity: max(count, 1)), count: count)
    }

    /// Some of the floats.
    package func span(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
        unsafe UnsafeMutableBufferPointer(rebasing: buffer[range])
    }

    deinit {
        unsafe buffer.baseAddress?.deallocate()
    }
}
