private import Glibc

extension RawSpan {
    /// Where the first `wanted` at or after `position` is, or nil.
    func first(_ wanted: UInt8, from position: Int) -> Int? {
        guard position < byteCount else { return nil }
        return unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = unsafe memchr(start + position, Int32(wanted), bytes.count - position)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - start
        }
    }

    /// How many times `wanted` stands in `range`.
    func count(of wanted: UInt8, in range: Range<Int>) -> Int {
        unsafe withUnsafeBytes { bytes in
            // A plain loop over bytes: the compiler makes it wide.
            let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            var count = 0
            for index in 0..<part.count where unsafe part[index] == wanted { count &+= 1 }
            return count
        }
    }
}
