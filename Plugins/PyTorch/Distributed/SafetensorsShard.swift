internal import PluginSupport

/// One file of torch.distributed.checkpoint in the format safetensors: chunks of tensors, and where in their tensors
/// they begin.
struct SafetensorsShard {
    /// A chunk as the header has it.
    struct Chunk {
        let name: [UInt8]
        let type: TorchType
        let offsets: [Int]
        let sizes: [Int]
        /// Its first byte in the file.
        let start: Int
    }

    private(set) var chunks: [Chunk] = []
    private var places: [[UInt8]: [Int]] = [:]

    /// The key of what torch says of chunks.
    static let key: StaticString = "DCP_SHARDING_INFO"
    private static let what: StaticString = "a header of safetensors"
    private static let largestHeader = 100_000_000
    private static let types: [[UInt8]: String] = [
        Array("BOOL".utf8): "bool", Array("U8".utf8): "uint8", Array("I8".utf8): "int8", Array("U16".utf8): "uint16",
        Array("I16".utf8): "int16", Array("U32".utf8): "uint32", Array("I32".utf8): "int32",
        Array("U64".utf8): "uint64", Array("I64".utf8): "int64", Array("F16".utf8): "float16",
        Array("BF16".utf8): "bfloat16", Array("F32".utf8): "float32", Array("F64".utf8): "float64",
        Array("F8_E4M3".utf8): "float8_e4m3fn", Array("F8_E5M2".utf8): "float8_e5m2",
        Array("F8_E8M0".utf8): "float8_e8m0fnu",
    ]

    /// Whether a file that begins with `prefix` is such a file.
    static func begins(_ prefix: [UInt8]) -> Bool {
        let key = [UInt8](ascii: key)
        return prefix.indices.contains { prefix[$0...].starts(with: key) }
    }

    /// Reads the header of `file`.
    init(_ file: InputFile) throws(Refusal) {
        guard file.byteCount >= 8 else { throw Refusal(.truncated, "is no safetensors file: it has no header") }
        let length = file.copy(0..<8).number(at: 0, 8)
        guard length <= SafetensorsShard.largestHeader, length <= file.byteCount - 8 else {
            throw Refusal(.truncated, "has \(file.byteCount) bytes, but a header of \(length): it was cut short")
        }
        let first = 8 + Int(length)
        var parser = IndexParser(file.copy(8..<first), of: SafetensorsShard.what)
        var entries: [(name: [UInt8], entry: Entry)] = []
        try parser.object { (parser: inout IndexParser, name: [UInt8]) throws(Refusal) in
            if name == [UInt8](ascii: "__metadata__") { return try addMetadata(&parser) }
            entries.append((name, try Entry(&parser)))
        }
        guard parser.next() == nil else { throw parser.invalid("goes on after its end") }
        for (name, entry) in entries {
            do throws(Refusal) {
                chunks.append(try chunk(name, entry, from: first, in: file))
            } catch {
                throw error.about("tensor", name)
            }
        }
    }

    /// Type, shape and place of one tensor.
    private struct Entry {
        var type: [UInt8] = []
        var shape: [Int]?
        var place: [Int]?

        init(_ parser: inout IndexParser) throws(Refusal) {
            var entry = (type: [UInt8](), shape: [Int]?.none, place: [Int]?.none)
            try parser.object { (parser: inout IndexParser, key: [UInt8]) throws(Refusal) in
                switch String(decoding: key, as: UTF8.self) {
                case "dtype" where parser.next() == UInt8(ascii: "\""): entry.type = try parser.string()
                case "shape": entry.shape = try parser.numbers()
                case "data_offsets": entry.place = try parser.numbers()
                default: try parser.skip(depth: 2)
                }
            }
            (type, shape, place) = entry
        }
    }

    private func chunk(
        _ name: [UInt8], _ entry: Entry, from first: Int, in file: InputFile
    ) throws(Refusal) -> Chunk {
        guard let type = SafetensorsShard.types[entry.type].flatMap(TorchType.init(name:)), let sizes = entry.shape,
            let place = entry.place, place.count == 2
        else { throw Refusal(.invalidHeader, "has no type, shape and place that are known") }
        let byteCount = try StoredTensor.byteCount(of: sizes, type)
        guard place[0] <= place[1], place[1] - place[0] == byteCount else {
            throw Refusal(.invalidTensor, "has a place that does not fit its shape")
        }
        guard place[1] <= file.byteCount - first else {
            throw Refusal(.truncated, "ends beyond the file: it was cut short; copy it again")
        }
        let offsets = places[name] ?? Array(repeating: 0, count: sizes.count)
        return Chunk(name: name, type: type, offsets: offsets, sizes: sizes, start: first + place[0])
    }

    /// Reads what torch says of the chunks, which is JSON in a string.
    private mutating func addMetadata(_ parser: inout IndexParser) throws(Refusal) {
        var text: [UInt8]?
        try parser.object { (parser: inout IndexParser, key: [UInt8]) throws(Refusal) in
            guard key == [UInt8](ascii: SafetensorsShard.key), parser.next() == UInt8(ascii: "\"") else {
                return try parser.skip(depth: 2)
            }
            text = try parser.string()
        }
        guard let text else { return }
        var found: [[UInt8]: [Int]] = [:]
        var inner = IndexParser(text, of: SafetensorsShard.what)
        try inner.object { (parser: inout IndexParser, name: [UInt8]) throws(Refusal) in
            try parser.object { (parser: inout IndexParser, key: [UInt8]) throws(Refusal) in
                guard key == [UInt8](ascii: "saved_offsets") else { return try parser.skip(depth: 3) }
                found[name] = try parser.numbers()
            }
        }
        places = found
    }
}
