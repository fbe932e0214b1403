internal import CFocusPlugin

/// A type of elements of ONNX, by its number.
struct ONNXType {
    let name: StaticString
    /// One of focus_element_type; nil for types without a place here.
    let elementType: UInt32?
    /// How many elements a byte has.
    let packedCount: Int

    private init(_ name: StaticString, _ type: focus_element_type?, packed: Int = 1) {
        (self.name, elementType, packedCount) = (name, type?.rawValue, packed)
    }

    /// Texts, which are no tensor here.
    static let text = 8

    /// The type with the number `number`; nil for one that is not known.
    static func numbered(_ number: UInt64) -> ONNXType? {
        switch number {
        case 1: ONNXType("FLOAT", FOCUS_F32)
        case 2: ONNXType("UINT8", FOCUS_U8)
        case 3: ONNXType("INT8", FOCUS_I8)
        case 4: ONNXType("UINT16", FOCUS_U16)
        case 5: ONNXType("INT16", FOCUS_I16)
        case 6: ONNXType("INT32", FOCUS_I32)
        case 7: ONNXType("INT64", FOCUS_I64)
        case 8: ONNXType("STRING", nil)
        case 9: ONNXType("BOOL", FOCUS_BOOL)
        case 10: ONNXType("FLOAT16", FOCUS_F16)
        case 11: ONNXType("DOUBLE", FOCUS_F64)
        case 12: ONNXType("UINT32", FOCUS_U32)
        case 13: ONNXType("UINT64", FOCUS_U64)
        case 14: ONNXType("COMPLEX64", FOCUS_C64)
        case 15: ONNXType("COMPLEX128", nil)
        case 16: ONNXType("BFLOAT16", FOCUS_BF16)
        case 17: ONNXType("FLOAT8E4M3FN", FOCUS_F8_E4M3)
        case 18: ONNXType("FLOAT8E4M3FNUZ", FOCUS_F8_E4M3FNUZ)
        case 19: ONNXType("FLOAT8E5M2", FOCUS_F8_E5M2)
        case 20: ONNXType("FLOAT8E5M2FNUZ", FOCUS_F8_E5M2FNUZ)
        case 21: ONNXType("UINT4", FOCUS_U8, packed: 2)
        case 22: ONNXType("INT4", FOCUS_U8, packed: 2)
        case 23: ONNXType("FLOAT4E2M1", FOCUS_U8, packed: 2)
        case 24: ONNXType("FLOAT8E8M0", FOCUS_F8_E8M0)
        case 25: ONNXType("UINT2", FOCUS_U8, packed: 4)
        case 26: ONNXType("INT2", FOCUS_U8, packed: 4)
        default: nil
        }
    }

    /// The size of an element of the list, in bytes.
    var byteCount: Int {
        Int(focus_element_bits(elementType ?? 0)) / 8
    }
}
