internal import CFocusPlugin

/// Text becomes a value of metadata again: the way back from `MetadataText`.
struct MetadataEncoder {
    /// What has been written so far.
    private(set) var output: [UInt8] = []

    /// Appends a number, little endian.
    mutating func append(_ number: some FixedWidthInteger) {
        var rest = number
        for _ in 0..<number.bitWidth / 8 {
            output.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Appends bytes as they are.
    mutating func append(_ bytes: [UInt8]) {
        output.append(contentsOf: bytes)
    }

    /// Appends a string: a length, and as many bytes.
    mutating func append(string: [UInt8]) {
        append(UInt64(string.count))
        append(string)
    }

    /// Appends `key` and its value, which `text` is when it is of type `typeName`; a string where that is nil.
    mutating func append(key: [UInt8], _ text: [UInt8], _ typeName: String?) throws(GGUFError) {
        append(string: key)
        let typeName = typeName ?? MetadataType.string.name
        switch typeName {
        case MetadataType.string.name:
            append(MetadataType.string.rawValue)
            append(string: text)
        case MetadataText.hex:
            append(MetadataType.string.rawValue)
            append(string: try MetadataEncoder.bytes(text, of: key))
        case _ where typeName.first == "[":
            append(MetadataType.array.rawValue)
            var scanner = TextScanner(text, of: key)
            try array(typeName, key, &scanner, depth: 1)
            try scanner.end()
        default:
            guard let type = MetadataType(name: typeName) else { throw MetadataEncoder.unknown(typeName, key) }
            append(type.rawValue)
            try scalar(type, String(decoding: text, as: UTF8.self), TextScanner(text, of: key))
        }
    }

    private static func unknown(_ typeName: String, _ key: [UInt8]) -> GGUFError {
        GGUFError(
            FOCUS_ERROR_UNSUPPORTED,
            "'gguf.types' says that \(quoted(key)) is of type \(quoted(Array(typeName.utf8))), which cannot be "
                + "written: "
                + "take the key out of it to write a string")
    }

    /// Appends an array of type `typeName`, as in `[u32]`, after its own type.
    private mutating func array(
        _ typeName: String, _ key: [UInt8], _ scanner: inout TextScanner, depth: Int
    ) throws(GGUFError) {
        let inner = String(typeName.dropFirst().dropLast())
        let isNested = inner.first == "["
        let type: MetadataType? =
            isNested ? .array : inner == MetadataText.hex ? .string : MetadataType(name: inner)
        guard let type, typeName.last == "]", depth <= MetadataType.maximumDepth else {
            throw MetadataEncoder.unknown(typeName, key)
        }
        append(type.rawValue)
        let place = output.count
        append(UInt64(0))
        var count: UInt64 = 0
        var encoder = self
        self.output = []
        try scanner.forEachItem("[", "]") { (scanner) throws(GGUFError) in
            count += 1
            switch type {
            case .array where isNested: try encoder.array(inner, key, &scanner, depth: depth + 1)
            case .array: throw MetadataEncoder.unknown(typeName, key)
            case .string where inner == MetadataText.hex:
                encoder.append(string: try MetadataEncoder.bytes(try scanner.string(), of: key))
            case .string: encoder.append(string: try scanner.string())
            default: try encoder.scalar(type, try scanner.word(), scanner)
            }
        }
        self = encoder
        for index in 0..<8 { output[place + index] = UInt8(truncatingIfNeeded: count >> UInt64(index * 8)) }
    }

    private mutating func scalar(_ type: MetadataType, _ word: String, _ scanner: TextScanner) throws(GGUFError) {
        func number<Number: FixedWidthInteger>(_: Number.Type) throws(GGUFError) -> Number {
            guard let number = Number(word) else {
                throw scanner.expected("a number from \(Number.min) to \(Number.max)")
            }
            return number
        }
        switch type {
        case .u8: append(try number(UInt8.self))
        case .i8: append(try number(Int8.self))
        case .u16: append(try number(UInt16.self))
        case .i16: append(try number(Int16.self))
        case .u32: append(try number(UInt32.self))
        case .i32: append(try number(Int32.self))
        case .u64: append(try number(UInt64.self))
        case .i64: append(try number(Int64.self))
        case .f32:
            guard let number = MetadataText.float(word) else { throw scanner.expected("a number") }
            append(number.bitPattern)
        case .f64:
            guard let number = MetadataText.double(word) else { throw scanner.expected("a number") }
            append(number.bitPattern)
        case .bool:
            guard word == "true" || word == "false" else { throw scanner.expected("'true' or 'false'") }
            append(word == "true" ? 1 as UInt8 : 0)
        case .string, .array: throw scanner.expected("a number")
        }
    }

    /// The bytes that `text` shows by two digits each.
    private static func bytes(_ text: [UInt8], of key: [UInt8]) throws(GGUFError) -> [UInt8] {
        let digits = text.compactMap(TextScanner.digit)
        guard digits.count == text.count, digits.count % 2 == 0 else {
            throw TextScanner(text, of: key).expected("two hexadecimal digits for each byte")
        }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
