/// Whether bytes are well-formed UTF-8.
enum UTF8Validity {
    /// Whether `text` is well formed.
    static func isWellFormed(_ text: Span<UInt8>) -> Bool {
        let raw = unsafe text.bytes
        let count = raw.byteCount
        var position = 0
        while position < count {
            if count - position >= 8 {
                // Within bounds by the condition; eight ASCII bytes at a time.
                let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 == 0 {
                    position += 8
                    continue
                }
            }
            let length = lengthOfScalar(text, position)
            if length == 0 { return false }
            position += length
        }
        return true
    }

    /// The length of the scalar at `position`; 0 where it is ill-formed (Unicode 15, table 3-7).
    private static func lengthOfScalar(_ text: Span<UInt8>, _ position: Int) -> Int {
        let lead = text[position]
        if lead < 0x80 { return 1 }
        var (low, high): (UInt8, UInt8) = (0x80, 0xBF)
        switch lead {
        case 0xC2...0xDF, 0xE1...0xEC, 0xEE...0xEF, 0xF1...0xF3: break
        case 0xE0: low = 0xA0
        case 0xED: high = 0x9F
        case 0xF0: low = 0x90
        case 0xF4: high = 0x8F
        default: return 0
        }
        let length = UTF8Length.ofScalar(startingWith: lead)
        guard position + length <= text.count, text[position + 1] >= low, text[position + 1] <= high else { return 0 }
        for offset in 2..<max(length, 2) where text[position + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
