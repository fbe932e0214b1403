internal import CFocusPlugin

/// A type of elements of TensorFlow, by its number.
struct TensorFlowType {
    /// One of focus_element_type; nil for types without a place here.
    let elementType: UInt32?
    /// What TensorFlow calls it, where the name here is another.
    let name: StaticString?

    private init(_ type: focus_element_type?, _ name: StaticString? = nil) {
        (elementType, self.name) = (type?.rawValue, name)
    }

    /// Texts, which are no tensor here.
    static let text: UInt64 = 7

    /// The type with the number `number`.
    static func numbered(_ number: UInt64) -> TensorFlowType {
        switch number {
        case 1: TensorFlowType(FOCUS_F32)
        case 2: TensorFlowType(FOCUS_F64)
        case 3: TensorFlowType(FOCUS_I32)
        case 4: TensorFlowType(FOCUS_U8)
        case 5: TensorFlowType(FOCUS_I16)
        case 6: TensorFlowType(FOCUS_I8)
        case 8: TensorFlowType(FOCUS_C64)
        case 9: TensorFlowType(FOCUS_I64)
        case 10: TensorFlowType(FOCUS_BOOL)
        case 11: TensorFlowType(FOCUS_I8, "qint8")
        case 12: TensorFlowType(FOCUS_U8, "quint8")
        case 13: TensorFlowType(FOCUS_I32, "qint32")
        case 14: TensorFlowType(FOCUS_BF16)
        case 15: TensorFlowType(FOCUS_I16, "qint16")
        case 16: TensorFlowType(FOCUS_U16, "quint16")
        case 17: TensorFlowType(FOCUS_U16)
        case 18: TensorFlowType(nil, "complex128")
        case 19: TensorFlowType(FOCUS_F16)
        case 22: TensorFlowType(FOCUS_U32)
        case 23: TensorFlowType(FOCUS_U64)
        case 24: TensorFlowType(FOCUS_F8_E5M2)
        case 25: TensorFlowType(FOCUS_F8_E4M3)
        default: TensorFlowType(nil)
        }
    }
}
