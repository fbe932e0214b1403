internal import CFocusPlugin
internal import PluginSupport

/// What zarr calls types of elements.
enum ArrayType {
    /// Of zarr 3, and of zarr 2 where NumPy has no such type.
    private static let named: [String: focus_element_type] = [
        "bool": FOCUS_BOOL, "uint8": FOCUS_U8, "int8": FOCUS_I8, "uint16": FOCUS_U16, "int16": FOCUS_I16,
        "uint32": FOCUS_U32, "int32": FOCUS_I32, "uint64": FOCUS_U64, "int64": FOCUS_I64, "float16": FOCUS_F16,
        "bfloat16": FOCUS_BF16, "float32": FOCUS_F32, "float64": FOCUS_F64, "complex64": FOCUS_C64,
        "float8_e4m3fn": FOCUS_F8_E4M3, "float8_e5m2": FOCUS_F8_E5M2, "float8_e8m0fnu": FOCUS_F8_E8M0,
        "float8_e4m3fnuz": FOCUS_F8_E4M3FNUZ, "float8_e5m2fnuz": FOCUS_F8_E5M2FNUZ,
    ]

    /// Of zarr 2, without the mark of the byte order.
    private static let short: [String: focus_element_type] = [
        "b1": FOCUS_BOOL, "u1": FOCUS_U8, "i1": FOCUS_I8, "u2": FOCUS_U16, "i2": FOCUS_I16, "u4": FOCUS_U32,
        "i4": FOCUS_I32, "u8": FOCUS_U64, "i8": FOCUS_I64, "f2": FOCUS_F16, "f4": FOCUS_F32, "f8": FOCUS_F64,
        "c8": FOCUS_C64,
    ]

    /// The type that `name` means; one of focus_element_type.
    static func of(_ name: [UInt8]) throws(Refusal) -> UInt32 {
        let text = String(decoding: name, as: UTF8.self)
        if let type = named[text] { return type.rawValue }
        guard name.first != UInt8(ascii: ">") else {
            throw Refusal(.unsupported, "is of type '\(name.printable)', the most significant byte first: save it anew")
        }
        if let type = short[String(text.dropFirst())] { return type.rawValue }
        throw Refusal(
            .unsupported, "is of type '\(name.printable)', which has no place here: convert it before it is saved")
    }
}
