internal import CFocusPlugin

/// How ggml stores elements: one by one, or several as a block of bytes.
struct GGMLType {
    /// The number in the file.
    let code: UInt32
    /// What ggml calls it.
    let name: StaticString
    /// The number of elements of a block; 1 where elements are stored one by one.
    let blockSize: Int
    /// The size of a block in bytes.
    let byteCount: Int
    /// What one element is; nil for blocks.
    let elementType: focus_element_type?

    private init(
        _ code: UInt32, _ name: StaticString, _ blockSize: Int, _ byteCount: Int,
        _ elementType: focus_element_type? = nil
    ) {
        self.code = code
        self.name = name
        self.blockSize = blockSize
        self.byteCount = byteCount
        self.elementType = elementType
    }

    /// All types that files may have; numbers that are missing belonged to types that ggml has given up.
    private static let all = [
        GGMLType(0, "F32", 1, 4, FOCUS_F32), GGMLType(1, "F16", 1, 2, FOCUS_F16),
        GGMLType(30, "BF16", 1, 2, FOCUS_BF16),
        GGMLType(28, "F64", 1, 8, FOCUS_F64), GGMLType(24, "I8", 1, 1, FOCUS_I8), GGMLType(25, "I16", 1, 2, FOCUS_I16),
        GGMLType(26, "I32", 1, 4, FOCUS_I32), GGMLType(27, "I64", 1, 8, FOCUS_I64),
        GGMLType(2, "Q4_0", 32, 18), GGMLType(3, "Q4_1", 32, 20), GGMLType(6, "Q5_0", 32, 22),
        GGMLType(7, "Q5_1", 32, 24), GGMLType(8, "Q8_0", 32, 34), GGMLType(9, "Q8_1", 32, 40),
        GGMLType(10, "Q2_K", 256, 84), GGMLType(11, "Q3_K", 256, 110), GGMLType(12, "Q4_K", 256, 144),
        GGMLType(13, "Q5_K", 256, 176), GGMLType(14, "Q6_K", 256, 210), GGMLType(15, "Q8_K", 256, 292),
        GGMLType(16, "IQ2_XXS", 256, 66), GGMLType(17, "IQ2_XS", 256, 74), GGMLType(18, "IQ3_XXS", 256, 98),
        GGMLType(19, "IQ1_S", 256, 50), GGMLType(20, "IQ4_NL", 32, 18), GGMLType(21, "IQ3_S", 256, 110),
        GGMLType(22, "IQ2_S", 256, 82), GGMLType(23, "IQ4_XS", 256, 136), GGMLType(29, "IQ1_M", 256, 56),
        GGMLType(34, "TQ1_0", 256, 54), GGMLType(35, "TQ2_0", 256, 66), GGMLType(39, "MXFP4", 32, 17),
        GGMLType(40, "NVFP4", 64, 36), GGMLType(41, "Q1_0", 128, 18),
    ]

    private static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })

    /// The type that files know by `code`, or nil.
    static func type(code: UInt32) -> GGMLType? {
        byCode[code]
    }

    /// The type that stores elements of `elementType` one by one, or nil.
    static func type(of elementType: UInt32) -> GGMLType? {
        all.first { $0.elementType?.rawValue == elementType }
    }

    /// The type of blocks that ggml calls `name`, or nil.
    static func blocks(named name: String) -> GGMLType? {
        all.first { $0.elementType == nil && "\($0.name)" == name }
    }

    /// The element types that can be written, as a set of bits.
    static var writableTypes: UInt64 {
        all.reduce(0) { bits, type in type.elementType.map { bits | 1 << UInt64($0.rawValue) } ?? bits }
    }
}
