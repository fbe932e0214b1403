/// Hashes of byte strings for tables that live and die with the process.
enum ByteHash {
    private static let multiplier: UInt64 = 0x9FB2_1C65_1E98_DF25

    /// The hash of `bytes`: eight at a time, folded by multiplication.
    @inline(__always)
    static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        let raw = unsafe bytes.bytes
        let count = raw.byteCount
        var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while count - offset >= 8 {
            // Within bounds by the loop's condition.
            let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            state = fold(state ^ word)
            offset += 8
        }
        if offset < count {
            var tail: UInt64 = 0
            while offset < count {
                tail = tail << 8 | UInt64(unsafe bytes[unchecked: offset])
                offset += 1
            }
            state = fold(state ^ tail)
        }
        return state ^ (state >> 29)
    }

    /// The hash of a pair of ids.
    @inline(__always)
    static func hash(_ pair: UInt64) -> UInt64 {
        fold(pair)
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: multiplier)
        return product.high ^ product.low
    }
}
