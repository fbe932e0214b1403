internal import CFocusPlugin

/// What torch calls a type of elements, how large one is, and which of the header's types it is.
struct TorchType: Equatable {
    /// As in `torch.float32`.
    let name: String
    /// The size of one element.
    let byteCount: Int
    /// The size of the numbers that an element is made of: complex ones have two.
    let numberByteCount: Int
    /// One of focus_element_type; nil where there is none.
    let elementType: UInt32?
    /// How many elements of that type one element is.
    let packedCount: Int

    private init(
        _ name: String, _ byteCount: Int, _ elementType: focus_element_type?, number: Int? = nil, packed: Int = 1
    ) {
        self.name = name
        self.byteCount = byteCount
        self.elementType = elementType.map { UInt32($0.rawValue) }
        numberByteCount = number ?? byteCount
        packedCount = packed
    }

    /// The bytes of a storage without a type.
    static let byte = TorchType("uint8", 1, FOCUS_U8)

    private static let all = [
        byte, TorchType("bool", 1, FOCUS_BOOL), TorchType("int8", 1, FOCUS_I8), TorchType("uint16", 2, FOCUS_U16),
        TorchType("int16", 2, FOCUS_I16), TorchType("uint32", 4, FOCUS_U32), TorchType("int32", 4, FOCUS_I32),
        TorchType("uint64", 8, FOCUS_U64), TorchType("int64", 8, FOCUS_I64), TorchType("float16", 2, FOCUS_F16),
        TorchType("bfloat16", 2, FOCUS_BF16), TorchType("float32", 4, FOCUS_F32), TorchType("float64", 8, FOCUS_F64),
        TorchType("float8_e4m3fn", 1, FOCUS_F8_E4M3), TorchType("float8_e5m2", 1, FOCUS_F8_E5M2),
        TorchType("float8_e8m0fnu", 1, FOCUS_F8_E8M0), TorchType("float8_e4m3fnuz", 1, FOCUS_F8_E4M3FNUZ),
        TorchType("float8_e5m2fnuz", 1, FOCUS_F8_E5M2FNUZ),
        TorchType("float4_e2m1fn_x2", 1, FOCUS_F4, packed: 2),
        TorchType("complex64", 8, FOCUS_C64, number: 4),
        TorchType("complex32", 4, nil, number: 2), TorchType("complex128", 16, nil, number: 8),
        TorchType("quint8", 1, nil), TorchType("qint8", 1, nil), TorchType("qint32", 4, nil),
        TorchType("quint4x2", 1, nil), TorchType("quint2x4", 1, nil), TorchType("bits8", 1, nil),
        TorchType("bits16", 2, nil), TorchType("bits1x8", 1, nil), TorchType("bits2x4", 1, nil),
        TorchType("bits4x2", 1, nil),
    ]

    /// The types of the storages that have one of their own.
    private static let storages = [
        "BoolStorage": "bool", "ByteStorage": "uint8", "CharStorage": "int8", "ShortStorage": "int16",
        "IntStorage": "int32", "LongStorage": "int64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
        "FloatStorage": "float32", "DoubleStorage": "float64", "ComplexFloatStorage": "complex64",
        "ComplexDoubleStorage": "complex128", "QUInt8Storage": "quint8", "QInt8Storage": "qint8",
        "QInt32Storage": "qint32", "QUInt4x2Storage": "quint4x2", "QUInt2x4Storage": "quint2x4",
    ]

    /// The type called `name`, as in `torch.float32`; nil where there is no such type.
    init?(name: String) {
        guard let type = TorchType.all.first(where: { $0.name == name }) else { return nil }
        self = type
    }

    /// The type of the elements of the storage called `storage`, as in `torch.FloatStorage`; nil where there is no such
    /// storage.
    init?(storage: String) {
        guard let name = TorchType.storages[storage] else { return nil }
        self.init(name: name)
    }
}
