/// What the value of a key is, with its number in the file.
enum MetadataType: UInt32, CaseIterable {
    case u8 = 0
    case i8 = 1
    case u16 = 2
    case i16 = 3
    case u32 = 4
    case i32 = 5
    case f32 = 6
    case bool = 7
    case string = 8
    case array = 9
    case u64 = 10
    case i64 = 11
    case f64 = 12

    /// The name in `gguf.types`.
    var name: String {
        "\(self)"
    }

    /// The type of that name, or nil.
    init?(name: some StringProtocol) {
        guard let type = MetadataType.allCases.first(where: { $0.name == name }) else { return nil }
        self = type
    }

    /// The smallest number of bytes of a value.
    var minimumByteCount: Int {
        switch self {
        case .u8, .i8, .bool: 1
        case .u16, .i16: 2
        case .u32, .i32, .f32: 4
        case .u64, .i64, .f64, .string: 8
        case .array: 12
        }
    }

    /// How deep arrays may lie in one another.
    static let maximumDepth = 8
}
