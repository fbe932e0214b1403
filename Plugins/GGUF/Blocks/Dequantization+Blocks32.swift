/// Blocks of 32 elements. Where elements have four bits, the first 16 are the lower halves of bytes, the others the
/// upper ones.
extension Dequantization {
    /// d, 16 bytes.
    static func q4_0(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let d = half(bytes, at)
        for index in 0..<16 {
            let byte = bytes[at + 2 + index]
            out[to + index] = d * Float(Int8(byte & 15) - 8)
            out[to + index + 16] = d * Float(Int8(byte >> 4) - 8)
        }
    }

    /// d, m, 16 bytes.
    static func q4_1(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let (d, m) = (half(bytes, at), half(bytes, at + 2))
        for index in 0..<16 {
            let byte = bytes[at + 4 + index]
            out[to + index] = d * Float(byte & 15) + m
            out[to + index + 16] = d * Float(byte >> 4) + m
        }
    }

    /// d, the fifth bits of all elements, 16 bytes.
    static func q5_0(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let d = half(bytes, at)
        for index in 0..<16 {
            let byte = bytes[at + 6 + index]
            out[to + index] = d * Float(Int8(byte & 15 | fifth(bytes, at + 2, index)) - 16)
            out[to + index + 16] = d * Float(Int8(byte >> 4 | fifth(bytes, at + 2, index + 16)) - 16)
        }
    }

    /// d, m, the fifth bits of all elements, 16 bytes.
    static func q5_1(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let (d, m) = (half(bytes, at), half(bytes, at + 2))
        for index in 0..<16 {
            let byte = bytes[at + 8 + index]
            out[to + index] = d * Float(byte & 15 | fifth(bytes, at + 4, index)) + m
            out[to + index + 16] = d * Float(byte >> 4 | fifth(bytes, at + 4, index + 16)) + m
        }
    }

    /// Bit `index` of the bits at `at`, as the fifth of an element.
    private static func fifth(_ bytes: borrowing Span<UInt8>, _ at: Int, _ index: Int) -> UInt8 {
        (bytes[at + index / 8] >> UInt8(index % 8) & 1) << 4
    }

    /// d, 32 signed bytes.
    static func q8_0(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let d = half(bytes, at)
        for index in 0..<32 {
            out[to + index] = Float(Int8(bitPattern: bytes[at + 2 + index])) * d
        }
    }

    /// d, 16 bytes, whose halves are numbers of `levels`.
    static func iq4_NL(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let d = half(bytes, at)
        for index in 0..<16 {
            let byte = bytes[at + 2 + index]
            out[to + index] = d * level(byte & 15)
            out[to + index + 16] = d * level(byte >> 4)
        }
    }

    /// An exponent, 16 bytes whose halves are small floats: a sign and one of eight values, here doubled.
    static func mxfp4(_ bytes: borrowing Span<UInt8>, _ at: Int, _ out: inout MutableSpan<Float>, _ to: Int) {
        let exponent = UInt32(bytes[at])
        // Half of two to the power of the exponent, whose bias is 127; the two smallest are subnormal.
        let d = Float(bitPattern: exponent < 2 ? 0x0020_0000 << exponent : (exponent - 1) << 23)
        func value(_ number: UInt8) -> Float {
            let size: Float =
                switch number & 7 {
                case 5: 6
                case 6: 8
                case 7: 12
                default: Float(number & 7)
                }
            return number < 8 ? size : 0 - size
        }
        for index in 0..<16 {
            let byte = bytes[at + 1 + index]
            out[to + index] = d * value(byte & 15)
            out[to + index + 16] = d * value(byte >> 4)
        }
    }

    /// The values of a non-linear type of four bits.
    static func level(_ number: UInt8) -> Float {
        switch number {
        case 0: -127
        case 1: -104
        case 2: -83
        case 3: -65
        case 4: -49
        case 5: -35
        case 6: -22
        case 7: -10
        case 8: 1
        case 9: 13
        case 10: 25
        case 11: 38
        case 12: 53
        case 13: 69
        case 14: 89
        default: 113
        }
    }
}
