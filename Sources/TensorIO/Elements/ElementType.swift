/// What one element of a tensor is. The raw value is safetensors' name for it.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
    /// One byte, 0 or 1.
    case bool = "BOOL"
    /// Unsigned, 8 bits.
    case u8 = "U8"
    /// Signed, 8 bits.
    case i8 = "I8"
    /// 8-bit float with 4 exponent bits (OCP E4M3, no infinities).
    case f8e4m3 = "F8_E4M3"
    /// 8-bit float with 5 exponent bits (OCP E5M2).
    case f8e5m2 = "F8_E5M2"
    /// 8-bit power of two (OCP E8M0), used as a scale.
    case f8e8m0 = "F8_E8M0"
    /// E4M3 without negative zero.
    case f8e4m3fnuz = "F8_E4M3FNUZ"
    /// E5M2 without negative zero.
    case f8e5m2fnuz = "F8_E5M2FNUZ"
    /// 4-bit float (OCP E2M1), two to a byte.
    case f4 = "F4"
    /// 6-bit float (OCP E2M3), four in three bytes.
    case f6e2m3 = "F6_E2M3"
    /// 6-bit float (OCP E3M2), four in three bytes.
    case f6e3m2 = "F6_E3M2"
    /// Unsigned, 16 bits.
    case u16 = "U16"
    /// Signed, 16 bits.
    case i16 = "I16"
    /// IEEE 754 half precision.
    case f16 = "F16"
    /// The upper half of an IEEE 754 single ("brain float").
    case bf16 = "BF16"
    /// Unsigned, 32 bits.
    case u32 = "U32"
    /// Signed, 32 bits.
    case i32 = "I32"
    /// IEEE 754 single precision.
    case f32 = "F32"
    /// Unsigned, 64 bits.
    case u64 = "U64"
    /// Signed, 64 bits.
    case i64 = "I64"
    /// IEEE 754 double precision.
    case f64 = "F64"
    /// Complex of two singles.
    case c64 = "C64"

    /// The size of one element in bits.
    public var bitWidth: Int {
        switch self {
        case .f4: 4
        case .f6e2m3, .f6e3m2: 6
        case .bool, .u8, .i8, .f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
        case .u16, .i16, .f16, .bf16: 16
        case .u32, .i32, .f32: 32
        case .u64, .i64, .f64, .c64: 64
        }
    }

    /// The offset, in bytes, that elements begin at a multiple of.
    public var alignment: Int {
        max(1, bitWidth / 8)
    }

    /// Whether rows of this type can be combined: f32, f16, bf16 and f64 convert to and from `Float`.
    public var convertsToFloat: Bool {
        switch self {
        case .f32, .f16, .bf16, .f64: true
        default: false
        }
    }

    /// Whether every element has a value as a `Float`, exact but for f64: those that convert, and 8-bit floats.
    public var widensToFloat: Bool {
        switch self {
        case .f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: true
        default: convertsToFloat
        }
    }
}
