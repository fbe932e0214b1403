/// Steps through the fields of one protocol buffer message; every length is checked against the bytes that are there.
struct ProtobufReader {
    /// The value of a field.
    enum Value {
        /// An integer, boolean or enumeration.
        case varint(UInt64)
        /// Eight bytes, little endian.
        case fixed64(UInt64)
        /// Bytes, a string or a message: where they are.
        case bytes(Range<Int>)
        /// Four bytes, little endian.
        case fixed32(UInt32)
    }

    private var position: Int
    private let end: Int

    /// Reads the message that takes `range` of the file.
    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field and its number; nil at the end of the message.
    mutating func next(_ file: Span<UInt8>) throws(TokenizerError) -> (field: UInt64, value: Value)? {
        guard position < end else { return nil }
        let tag = try varint(file)
        let field = tag >> 3
        switch tag & 7 {
        case 0: return (field, .varint(try varint(file)))
        case 1: return (field, .fixed64(try fixed(8, file)))
        case 2:
            let count = try varint(file)
            guard count <= UInt64(end - position) else {
                throw cut("a field of \(count) bytes begins, but \(end - position) are left")
            }
            let range = position..<position + Int(count)
            position = range.upperBound
            return (field, .bytes(range))
        case 5: return (field, .fixed32(UInt32(try fixed(4, file))))
        default: throw cut("wire type \(tag & 7), which protocol buffers do not have")
        }
    }

    private mutating func varint(_ file: Span<UInt8>) throws(TokenizerError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw cut("a number is not complete") }
            let byte = file[position]
            position += 1
            if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
            if byte < 0x80 { return value }
        }
        throw cut("a number has more than ten bytes")
    }

    private mutating func fixed(_ count: Int, _ file: Span<UInt8>) throws(TokenizerError) -> UInt64 {
        guard end - position >= count else { throw cut("a number is not complete") }
        var value: UInt64 = 0
        for offset in 0..<count { value |= UInt64(file[position + offset]) << UInt64(8 * offset) }
        position += count
        return value
    }

    private func cut(_ what: String) -> TokenizerError {
        TokenizerError(
            .invalid, "is not a SentencePiece model, or was cut short: at byte \(position), \(what); copy it again")
    }
}
