internal import PluginSupport

/// MessagePack in a file, value by value.
struct MessagePack {
    /// A value, or the beginning of one that has others in it.
    enum Value {
        case null
        case boolean(Bool)
        case integer(Int64)
        /// A number that only 64 bits without a sign hold.
        case unsigned(UInt64)
        case floating(Double)
        case text(Range<Int>)
        case binary(Range<Int>)
        case array(Int)
        case map(Int)
        case extended(type: UInt8, Range<Int>)
    }

    let file: InputFile
    /// Where the next value begins.
    private(set) var place: Int
    private let end: Int

    /// What is in the bytes `range` of `file`, which are inside of it.
    init(_ range: Range<Int>, of file: InputFile) {
        (self.file, place, end) = (file, range.lowerBound, range.upperBound)
    }

    /// Whether nothing comes any more.
    var isAtEnd: Bool { place == end }

    /// The next value; behind an array or a map, its first one.
    mutating func next() throws(Refusal) -> Value {
        let start = place
        let byte = UInt8(try number(1))
        switch byte {
        case 0x00...0x7F: return .integer(Int64(byte))
        case 0x80...0x8F: return .map(Int(byte & 0x0F))
        case 0x90...0x9F: return .array(Int(byte & 0x0F))
        case 0xA0...0xBF: return .text(try take(Int(byte & 0x1F)))
        case 0xC0: return .null
        case 0xC2, 0xC3: return .boolean(byte == 0xC3)
        case 0xC4...0xC6: return .binary(try take(Int(try number(1 << Int(byte - 0xC4)))))
        case 0xC7...0xC9: return try extended(Int(try number(1 << Int(byte - 0xC7))))
        case 0xCA: return .floating(Double(Float(bitPattern: UInt32(try number(4)))))
        case 0xCB: return .floating(Double(bitPattern: try number(8)))
        case 0xCC...0xCF:
            let value = try number(1 << Int(byte - 0xCC))
            return Int64(exactly: value).map(Value.integer) ?? .unsigned(value)
        case 0xD0...0xD3:
            let width = 1 << Int(byte - 0xD0)
            let unused = 64 - 8 * width
            return .integer((Int64(bitPattern: try number(width)) << unused) >> unused)
        case 0xD4...0xD8: return try extended(1 << Int(byte - 0xD4))
        case 0xD9...0xDB: return .text(try take(Int(try number(1 << Int(byte - 0xD9)))))
        case 0xDC, 0xDD: return .array(Int(try number(byte == 0xDC ? 2 : 4)))
        case 0xDE, 0xDF: return .map(Int(try number(byte == 0xDE ? 2 : 4)))
        case 0xE0...0xFF: return .integer(Int64(Int8(bitPattern: byte)))
        default: throw Refusal(.invalidHeader, "has a byte that begins no value of MessagePack", byteOffset: start)
        }
    }

    private mutating func extended(_ count: Int) throws(Refusal) -> Value {
        let type = UInt8(try number(1))
        return .extended(type: type, try take(count))
    }

    /// A number of `count` bytes, the most significant first.
    private mutating func number(_ count: Int) throws(Refusal) -> UInt64 {
        try take(count).reduce(0) { $0 << 8 | UInt64(file[$1]) }
    }

    private mutating func take(_ count: Int) throws(Refusal) -> Range<Int> {
        guard count <= end - place else {
            throw Refusal(
                .truncated, "has a value of \(count) bytes, of which \(end - place) are there: it was cut short",
                byteOffset: place)
        }
        defer { place += count }
        return place..<place + count
    }
}
