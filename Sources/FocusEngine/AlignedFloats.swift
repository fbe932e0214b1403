private import Glibc

/// Memory for floats that starts at a cache line, so that no vector load straddles two.
@safe package final class AlignedFloats: @unchecked Sendable {
    /// The floats.
    package let buffer: UnsafeMutableBufferPointer<Float>

    private static let largePage = 2 << 20

    /// Makes room for `count` floats, all of which must be written before they are read.
    ///
    /// - Parameter inLargePages: whether to ask for large pages where there are many: floats that are read here and there are found
    ///   faster in them.
    package init(room count: Int, inLargePages: Bool = false) {
        let byteCount = max(count, 1) * MemoryLayout<Float>.stride
        let isLarge = inLargePages && byteCount >= 2 * AlignedFloats.largePage
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount, alignment: isLarge ? AlignedFloats.largePage : 64)
        if isLarge { _ = unsafe madvise(bytes, byteCount, MADV_HUGEPAGE) }
        unsafe buffer = UnsafeMutableBufferPointer(
            start: bytes.bindMemory(to: Float.self, capacity: max(count, 1)), count: count)
    }

    /// The first of them; there is always room for one.
    var start: UnsafeMutablePointer<Float> {
        unsafe buffer.baseAddress!
    }

    /// Some of the floats.
    package func span(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
        unsafe UnsafeMutableBufferPointer(rebasing: buffer[range])
    }

    deinit {
        unsafe buffer.baseAddress?.deallocate()
    }
}
