internal import CFocusPlugin
internal import PluginSupport

/// An array: its type and shape, and where its contents are.
struct FlaxArray {
    let elementType: UInt32
    let shape: [Int]
    let place: Range<Int>

    /// What the names of NumPy and of ml_dtypes are here.
    private static let elementTypes: [String: focus_element_type] = [
        "bool": FOCUS_BOOL, "uint8": FOCUS_U8, "int8": FOCUS_I8, "uint16": FOCUS_U16, "int16": FOCUS_I16,
        "uint32": FOCUS_U32, "int32": FOCUS_I32, "uint64": FOCUS_U64, "int64": FOCUS_I64, "float16": FOCUS_F16,
        "bfloat16": FOCUS_BF16, "float32": FOCUS_F32, "float64": FOCUS_F64, "complex64": FOCUS_C64,
        "float8_e4m3fn": FOCUS_F8_E4M3, "float8_e5m2": FOCUS_F8_E5M2, "float8_e8m0fnu": FOCUS_F8_E8M0,
        "float8_e4m3fnuz": FOCUS_F8_E4M3FNUZ, "float8_e5m2fnuz": FOCUS_F8_E5M2FNUZ,
    ]

    /// Reads what the bytes `range` of `file` say: shape, name of the type, contents.
    init(_ range: Range<Int>, of file: InputFile) throws(Refusal) {
        var values = MessagePack(range, of: file)
        let invalid = Refusal(
            .invalidHeader, "has an array that is not a shape, a type and contents", byteOffset: range.lowerBound)
        guard case .array(3) = try values.next(), case .array(let rank) = try values.next(), rank <= 64 else {
            throw invalid
        }
        var shape: [Int] = []
        for _ in 0..<rank {
            guard case .integer(let size) = try values.next(), size >= 0 else { throw invalid }
            shape.append(Int(size))
        }
        guard case .text(let name) = try values.next(), name.count <= 64, case .binary(let place) = try values.next(),
            values.isAtEnd
        else { throw invalid }
        let type = file.copy(name)
        guard let elementType = FlaxArray.elementTypes[String(decoding: type, as: UTF8.self)] else {
            throw Refusal(
                .unsupported,
                "has an array of '\(type.printable)', which has no place here: convert it before it is "
                    + "saved", byteOffset: range.lowerBound)
        }
        self.elementType = elementType.rawValue
        self.shape = shape
        self.place = place
        let byteCount = try ElementSize.byteCount(self.elementType, shape)
        guard byteCount == place.count else {
            throw Refusal(
                .invalidHeader, "has an array of \(byteCount) bytes by its shape, but \(place.count) of contents",
                byteOffset: place.lowerBound)
        }
    }
}
