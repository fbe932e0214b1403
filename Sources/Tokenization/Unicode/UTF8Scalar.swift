private import Glibc

/// A scalar read from UTF-8 and the number of bytes that it takes there.
struct UTF8Scalar {
    /// The scalar, U+FFFD where the bytes are not UTF-8.
    let value: UInt32
    /// Its bytes, 1 where they are not UTF-8.
    let length: Int
}

extension Span<UInt8> {
    /// The scalar that starts at `index`, which must be in bounds.
    @inline(__always)
    func scalar(at index: Int) -> UTF8Scalar {
        let first = self[index]
        return first < 0x80 ? UTF8Scalar(value: UInt32(first), length: 1) : longScalar(at: index, first: first)
    }

    @inline(__always)
    private func longScalar(at index: Int, first: UInt8) -> UTF8Scalar {
        let left = count - index
        if first & 0xE0 == 0xC0, left >= 2, let a = continuation(index + 1) {
            return UTF8Scalar(value: UInt32(first & 0x1F) << 6 | a, length: 2)
        }
        if first & 0xF0 == 0xE0, left >= 3, let a = continuation(index + 1), let b = continuation(index + 2) {
            return UTF8Scalar(value: UInt32(first & 0x0F) << 12 | a << 6 | b, length: 3)
        }
        if first & 0xF8 == 0xF0, left >= 4, let a = continuation(index + 1), let b = continuation(index + 2),
            let c = continuation(index + 3)
        {
            return UTF8Scalar(value: UInt32(first & 0x07) << 18 | a << 12 | b << 6 | c, length: 4)
        }
        return UTF8Scalar(value: 0xFFFD, length: 1)
    }

    @inline(__always)
    private func continuation(_ index: Int) -> UInt32? {
        let byte = self[index]
        return byte & 0xC0 == 0x80 ? UInt32(byte & 0x3F) : nil
    }

    /// The index of the first `byte` from `index` on, or the end.
    func firstIndex(of byte: UInt8, from index: Int) -> Int {
        unsafe withUnsafeBufferPointer { bytes in
            guard index < bytes.count, let base = bytes.baseAddress,
                let found = unsafe memchr(base + index, Int32(byte), bytes.count - index)
            else { return bytes.count }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// The start of the scalar that ends before `index`, which must not be 0.
    @inline(__always)
    func scalarStart(before index: Int) -> Int {
        var start = index - 1
        while start > 0, index - start < 4, self[start] & 0xC0 == 0x80 { start -= 1 }
        return start + scalar(at: start).length == index ? start : index - 1
    }
}

extension [UInt8] {
    /// Appends a scalar as UTF-8.
    @inline(__always)
    mutating func append(scalar: UInt32) {
        switch scalar {
        case ..<0x80:
            append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800:
            append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        case ..<0x10000:
            append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        default:
            append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18 & 0x07))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        }
    }
}
