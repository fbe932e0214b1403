internal import TensorIO

/// An element type as NumPy writes it: byte order, kind, size, as in `<f4`.
struct NPYElementType {
    let elementType: ElementType
    let isBigEndian: Bool

    private static let types: [(name: String, type: ElementType)] = [
        ("b1", .bool), ("u1", .u8), ("i1", .i8), ("u2", .u16), ("i2", .i16), ("f2", .f16), ("u4", .u32), ("i4", .i32),
        ("f4", .f32), ("u8", .u64), ("i8", .i64), ("f8", .f64), ("c8", .c64),
    ]

    /// Reads `text`.
    init(_ text: [UInt8], byteOffset: Int) throws(FormatError) {
        let name = String(decoding: text, as: UTF8.self)
        let order = text.first ?? 0
        let hasOrder = [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"), UInt8(ascii: "=")].contains(order)
        let kind = String(decoding: hasOrder ? text.dropFirst() : text[...], as: UTF8.self)
        guard let match = NPYElementType.types.first(where: { $0.name.utf8.elementsEqual(kind.utf8) }) else {
            throw NPYElementType.unsupported(name, kind, byteOffset)
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
                "holds elements of type '\(name)' without saying what they mean; save numbers NumPy knows"
            case UInt8(ascii: "S"), UInt8(ascii: "U"), UInt8(ascii: "a"): "holds text ('\(name)'), not numbers"
            case UInt8(ascii: "M"), UInt8(ascii: "m"): "holds times ('\(name)'), not numbers"
            default: "holds elements of type '\(name)', which no tensor can have"
            }
        return FormatError(.unsupported, reason, byteOffset: byteOffset)
    }

    /// NumPy's name of the element type of `tensor`, little endian.
    static func name(of tensor: TensorDescriptor) throws(FormatError) -> String {
        guard let match = types.first(where: { $0.type == tensor.elementType }) else {
            throw FormatError(
                .unsupported,
                "NumPy has no elements of type \(tensor.elementType.rawValue); convert with --dtype f32",
                tensor: tensor.name)
        }
        return (tensor.elementType.bitWidth > 8 ? "<" : "|") + match.name
    }
}
