/// Blocks of 256 elements with scales for every 16 or 32 of them.
extension Dequantization {
    /// 16 scales and minima of four bits each, 64 bytes of four elements, d, m.
    static func q2_K(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let (d, m) = (half(bytes, at + 80), half(bytes, at + 82))
        for group in 0..<16 {
            let scale = bytes[at + group]
            let (scaled, minimum) = (d * Float(scale & 15), m * Float(scale >> 4))
            for index in group * 16..<group * 16 + 16 {
                out[to + index] = scaled * Float(twoBits(bytes, at + 16, index)) - minimum
            }
        }
    }

    /// 32 bytes of the third bits, 64 bytes of four elements, 16 scales of six bits in 12 bytes, d.
    static func q3_K(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let d = half(bytes, at + 108)
        for group in 0..<16 {
            let low = group < 8 ? bytes[at + 96 + group] & 15 : bytes[at + 88 + group] >> 4
            let high = bytes[at + 104 + group % 4] >> UInt8(group / 4 * 2) & 3
            let scaled = d * Float(Int8(low | high << 4) - 32)
            for index in group * 16..<group * 16 + 16 {
                // The third bit says that nothing is taken off.
                let third = bytes[at + index % 32] >> UInt8(index / 32) & 1
                out[to + index] = scaled * Float(Int8(twoBits(bytes, at + 32, index)) - (third == 1 ? 0 : 4))
            }
        }
    }

    /// d, m, scales and minima of 8 groups, 128 bytes of two elements.
    static func q4_K(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let (d, m) = (half(bytes, at), half(bytes, at + 2))
        for group in 0..<8 {
            let (scale, minimum) = scaleAndMinimum(bytes, at + 4, group)
            let (scaled, subtracted) = (d * Float(scale), m * Float(minimum))
            let (first, shift) = (at + 16 + group / 2 * 32, UInt8(group % 2 * 4))
            for index in 0..<32 {
                out[to + group * 32 + index] = scaled * Float(bytes[first + index] >> shift & 15) - subtracted
            }
        }
    }

    /// d, m, scales and minima of 8 groups, 32 bytes of the fifth bits, 128 bytes of two elements.
    static func q5_K(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let (d, m) = (half(bytes, at), half(bytes, at + 2))
        for group in 0..<8 {
            let (scale, minimum) = scaleAndMinimum(bytes, at + 4, group)
            let (scaled, subtracted) = (d * Float(scale), m * Float(minimum))
            let (first, shift) = (at + 48 + group / 2 * 32, UInt8(group % 2 * 4))
            for index in 0..<32 {
                let fifth = (bytes[at + 16 + index] >> UInt8(group) & 1) << 4
                out[to + group * 32 + index] = scaled * Float(bytes[first + index] >> shift & 15 | fifth) - subtracted
            }
        }
    }

    /// 128 bytes of the lower four bits, 64 bytes of the upper two, 16 signed scales, d.
    static func q6_K(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let d = half(bytes, at + 208)
        for group in 0..<16 {
            let scaled = d * Float(Int8(bitPattern: bytes[at + 192 + group]))
            for index in group * 16..<group * 16 + 16 {
                let low = bytes[at + index / 128 * 64 + index % 64] >> UInt8(index % 128 / 64 * 4) & 15
                out[to + index] = scaled * Float(Int8(low | twoBits(bytes, at + 128, index) << 4) - 32)
            }
        }
    }

    /// d, the upper bits of 8 scales in two bytes, the lower ones in four, 128 bytes of two elements.
    static func iq4_XS(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let d = half(bytes, at)
        for group in 0..<8 {
            let low = bytes[at + 4 + group / 2] >> UInt8(group % 2 * 4) & 15
            let high = bytes[at + 2 + group / 4] >> UInt8(group % 4 * 2) & 3
            let scaled = d * Float(Int8(low | high << 4) - 32)
            for index in 0..<16 {
                let byte = bytes[at + 8 + group * 16 + index]
                out[to + group * 32 + index] = scaled * level(byte & 15)
                out[to + group * 32 + index + 16] = scaled * level(byte >> 4)
            }
        }
    }

    /// Two bits of element `index`: bytes at `at`, each with one element of four groups of 32.
    private static func twoBits(_ bytes: borrowing Span<UInt8>, _ at: Int, _ index: Int) -> UInt8 {
        bytes[at + index / 128 * 32 + index % 32] >> UInt8(index % 128 / 32 * 2) & 3
    }

    /// Scale and minimum of group `group`, six bits each: of the first four in one piece, of the others in two.
    private static func scaleAndMinimum(
        _ bytes: borrowing Span<UInt8>, _ at: Int, _ group: Int
    ) -> (scale: UInt8, minimum: UInt8) {
        guard group >= 4 else { return (bytes[at + group] & 63, bytes[at + group + 4] & 63) }
        let low = bytes[at + group + 4]
        return (low & 15 | bytes[at + group - 4] >> 2 & 48, low >> 4 | bytes[at + group] >> 2 & 48)
    }
}
