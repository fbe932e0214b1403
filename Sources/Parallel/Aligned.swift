private import CKernels

/// Memory for numbers that starts at a cache line, so that no vector load straddles two.
@safe package final class Aligned<Element: BitwiseCopyable>: @unchecked Sendable {
    /// The numbers.
    package let buffer: UnsafeMutableBufferPointer<Element>

    /// Makes room for `count` numbers, all of which must be written before they are read.
    ///
    /// - Parameter inLargePages: whether to ask for large pages where there are many numbers: random access is faster
    ///   in them.
    package init(room count: Int, inLargePages: Bool = false) {
        let byteCount = max(count, 1) * MemoryLayout<Element>.stride
        let isLarge = inLargePages && byteCount >= 2 * FOCUS_LARGE_PAGE
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isLarge ? FOCUS_LARGE_PAGE : 64)
        if isLarge { unsafe focus_prefer_large_pages(bytes, byteCount) }
        unsafe buffer = UnsafeMutableBufferPointer(
            start: bytes.bindMemory(to: Element.self, capacity: max(count, 1)), count: count)
    }

    /// The first of them; there is always room for one.
    package var start: UnsafeMutablePointer<Element> {
        unsafe buffer.baseAddress!
    }

    /// Some of the numbers.
    package func span(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
        unsafe UnsafeMutableBufferPointer(rebasing: buffer[range])
    }

    deinit {
        unsafe buffer.baseAddress?.deallocate()
    }
}
