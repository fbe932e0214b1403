/// Blocks become numbers, as ggml computes them: each product and sum rounded to a float.
///
/// Layouts are those of ggml's block structures, all little endian; `d` and `m` are halves.
enum Dequantization {
    /// Whether blocks of `type` can become numbers.
    static func supports(_ type: GGMLType) -> Bool {
        function(type) != nil
    }

    /// Computes the numbers of all blocks in `blocks`, which is whole blocks.
    static func numbers(_ blocks: borrowing Span<UInt8>, _ type: GGMLType, into numbers: inout MutableSpan<Float>) {
        guard let function = function(type) else { return }
        for index in 0..<blocks.count / type.byteCount {
            function(blocks, index * type.byteCount, &numbers, index * type.blockSize)
        }
    }

    /// Computes the numbers of one block: bytes, where it begins, numbers, where they begin.
    typealias Function = (borrowing Span<UInt8>, Int, inout MutableSpan<Float>, Int) -> Void

    private static func function(_ type: GGMLType) -> Function? {
        switch type.code {
        case 2: q4_0
        case 3: q4_1
        case 6: q5_0
        case 7: q5_1
        case 8: q8_0
        case 10: q2_K
        case 11: q3_K
        case 12: q4_K
        case 13: q5_K
        case 14: q6_K
        case 20: iq4_NL
        case 23: iq4_XS
        case 39: mxfp4
        default: nil
        }
    }

    /// The half at byte `at` of `bytes`, exactly.
    static func half(_ bytes: borrowing Span<UInt8>, _ at: Int) -> Float {
        let bits = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
        let (sign, exponent, fraction) = ((bits >> 15) << 31, bits >> 10 & 31, bits & 1023)
        switch exponent {
        case 0:
            let number = Float(fraction) * 0x1p-24
            return sign == 0 ? number : -number
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
