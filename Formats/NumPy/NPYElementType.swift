internal import TensorIO

/// An element type as NumPy writes it: byte order, kind, size, as in `<f4`.
struct NPYElementType {
    let elementType: ElementType
    let isBigEndian: Bool

    private static let types: [(name: String, type: ElementType)] = [
        ("b1", .bool), ("u1", .u8), ("i1", .i8), ("u2", .u16), ("i2", .i16), ("f2", .f16), ("u4", .u32), ("i4", .i32),
        ("f4", .f32), ("u8", .u64), ("i8", .i64), ("f8", .f64), ("c8", .c64),
        // What ml_dtypes calls its float8_e5m2, and nothing else is called.
        ("f1", .f8e5m2),
    ]

    /// What NumPy has no type for and keeps as bytes without a meaning, as ml_dtypes does.
    private static func opaqueName(of type: ElementType) -> String? {
        switch type {
        case .bf16: "V2"
        case .f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: "V1"
        default: nil
        }
    }

    /// The element types that NumPy's files can carry.
    static let all = Set(types.map(\.type) + ElementType.allCases.filter(isOpaque))

    /// Whether a file needs another beside it to say what its elements are.
    static func isOpaque(_ type: ElementType) -> Bool {
        opaqueName(of: type) != nil
    }

    /// Reads `text`; `declared` is what a sidecar says, which must agree with it.
    init(_ text: [UInt8], declared: ElementType?, byteOffset: Int) throws(FormatError) {
        let name = String(decoding: text, as: UTF8.self)
        let order = text.first ?? 0
        let hasOrder = [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"), UInt8(ascii: "=")].contains(order)
        let kind = String(decoding: hasOrder ? text.dropFirst() : text[...], as: UTF8.self)
        if let declared, let opaque = NPYElementType.opaqueName(of: declared), opaque.utf8.elementsEqual(kind.utf8) {
            elementType = declared
            isBigEndian = order == UInt8(ascii: ">") && declared.bitWidth > 8
            return
        }
        guard let match = NPYElementType.types.first(where: { $0.name.utf8.elementsEqual(kind.utf8) }) else {
            throw NPYElementType.unsupported(name, kind, byteOffset)
        }
        guard declared == nil || declared == match.type else {
            throw FormatError(
                .invalidHeader, "holds elements of type '\(name)', not \(declared?.rawValue ?? "") as the sidecar says",
                byteOffset: byteOffset)
        }
        elementType = match.type
        isBigEndian = order == UInt8(ascii: ">") && match.type.bitWidth > 8
    }

    private static func unsupported(_ name: String, _ kind: String, _ byteOffset: Int) -> FormatError {
        let reason =
            switch kind.utf8.first {
            case UInt8(ascii: "O"):
                "holds Python objects, which could run any code when they are loaded; save numbers instead"
            case UInt8(ascii: "V"):
                "holds elements of type '\(name)', and no sidecar says what they mean (ml_dtypes saves "
                    + "\(saved(as: kind)) so); save them with safetensors, or as numbers that NumPy knows"
            case UInt8(ascii: "S"), UInt8(ascii: "U"), UInt8(ascii: "a"): "holds text ('\(name)'), not numbers"
            case UInt8(ascii: "M"), UInt8(ascii: "m"): "holds times ('\(name)'), not numbers"
            default: "holds elements of type '\(name)', which no tensor can have"
            }
        return FormatError(.unsupported, reason, byteOffset: byteOffset)
    }

    /// What ml_dtypes keeps as bytes without a meaning of this `kind`.
    private static func saved(as kind: String) -> String {
        kind == "V2" ? "bfloat16" : "most of its floats and whole numbers of 8 bits and less"
    }

    /// NumPy's name of the element type of `tensor`, little endian.
    static func name(of tensor: TensorDescriptor) throws(FormatError) -> String {
        if let opaque = opaqueName(of: tensor.elementType) { return "|" + opaque }
        guard let match = types.first(where: { $0.type == tensor.elementType }) else {
            throw FormatError(
                .unsupported,
                "NumPy has no elements of type \(tensor.elementType.rawValue); safetensors and raw have",
                tensor: tensor.name)
        }
        return (tensor.elementType.bitWidth > 8 ? "<" : "|") + match.name
    }
}
