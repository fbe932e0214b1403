/// A message of Protocol Buffers in a file, field by field, as the wire format has it.
package struct WireMessage {
    /// A field: its number, and its contents.
    package enum Value {
        case number(UInt64)
        /// Where four or eight bytes are.
        case fixed(Range<Int>)
        /// Where text, a message or packed numbers are.
        case bytes(Range<Int>)
    }

    private let file: InputFile
    private let end: Int
    /// Where the next field begins.
    package private(set) var place: Int

    /// The message in the bytes `range` of `file`, which are inside of it.
    package init(_ range: Range<Int>, of file: InputFile) {
        (self.file, place, end) = (file, range.lowerBound, range.upperBound)
    }

    /// The next field; nil at the end.
    package mutating func next() throws(Refusal) -> (number: Int, value: Value)? {
        guard place < end else { return nil }
        let start = place
        let tag = try WireMessage.number(at: &place, until: end, of: file)
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
            throw Refusal(.invalidHeader, "has a field without a number", byteOffset: start)
        }
        let number = Int(tag >> 3)
        switch tag & 7 {
        case 0: return (number, .number(try WireMessage.number(at: &place, until: end, of: file)))
        case 1: return (number, .fixed(try take(8)))
        case 2:
            let count = try WireMessage.number(at: &place, until: end, of: file)
            return (number, .bytes(try take(count)))
        case 5: return (number, .fixed(try take(4)))
        default:
            throw Refusal(
                .invalidHeader, "has a field of kind \(tag & 7), which no such file has", byteOffset: start)
        }
    }

    private mutating func take(_ count: UInt64) throws(Refusal) -> Range<Int> {
        guard count <= UInt64(end - place) else {
            throw Refusal(
                .truncated, "has a field of \(count) bytes, of which \(end - place) are there: it was cut short",
                byteOffset: place)
        }
        let range = place..<place + Int(count)
        place = range.upperBound
        return range
    }

    /// The number of variable length at `place`, which moves behind it.
    package static func number(at place: inout Int, until end: Int, of file: InputFile) throws(Refusal) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            guard place < end else {
                throw Refusal(.truncated, "ends in the middle of a number: it was cut short", byteOffset: place)
            }
            let byte = file[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return number }
        }
        throw Refusal(.invalidHeader, "has a number of more than 64 bits", byteOffset: place - 1)
    }
}

extension WireMessage.Value {
    /// The number that this is; 0 for anything else.
    package var unsigned: UInt64 {
        if case .number(let number) = self { number } else { 0 }
    }

    /// Where the bytes are that this is; nil for a number.
    package var range: Range<Int>? {
        switch self {
        case .number: nil
        case .fixed(let range), .bytes(let range): range
        }
    }

    /// The text that this is, if it is not longer than `limit`.
    package func text(of file: InputFile, limit: Int = 4096) -> [UInt8]? {
        guard case .bytes(let range) = self, range.count <= limit else { return nil }
        return file.copy(range)
    }
}
