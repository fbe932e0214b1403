/// A value of metadata as text, with what it was.
struct MetadataText {
    /// A string as it is, a number in decimals, `true` or `false`; an array as JSON.
    let text: [UInt8]
    /// What it was: `u32`; `[f32]` for an array; `hex` where a string that is no text is shown by its bytes.
    let type: String

    /// The name of the type of strings that are shown by their bytes.
    static let hex = "hex"

    /// Appends `string` in quotation marks, as JSON.
    static func quote(_ string: [UInt8], into text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in string {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\t"): text.append(contentsOf: "\\t".utf8)
            case UInt8(ascii: "\r"): text.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                text.append(contentsOf: "\\u00".utf8)
                appendHexadecimal(byte, into: &text)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Appends two digits for each byte of `string`.
    static func appendHexadecimal(_ string: [UInt8], into text: inout [UInt8]) {
        for byte in string { appendHexadecimal(byte, into: &text) }
    }

    private static func appendHexadecimal(_ byte: UInt8, into text: inout [UInt8]) {
        let digits: StaticString = "0123456789abcdef"
        for digit in [byte >> 4, byte & 15] { text.append(unsafe digits.utf8Start[Int(digit)]) }
    }

    /// The shortest text that is read as `number` again, bit for bit: a NaN of other bits than usual is told by them.
    static func decimals(_ number: Float) -> String {
        guard number.isNaN, number.bitPattern != Float.nan.bitPattern else { return number.description }
        return "nan:" + String(number.bitPattern, radix: 16)
    }

    /// The same in double precision.
    static func decimals(_ number: Double) -> String {
        guard number.isNaN, number.bitPattern != Double.nan.bitPattern else { return number.description }
        return "nan:" + String(number.bitPattern, radix: 16)
    }

    /// The way back from `decimals`; nil for what is no number.
    static func float(_ text: String) -> Float? {
        guard text.hasPrefix("nan:") else { return Float(text) }
        return UInt32(text.dropFirst(4), radix: 16).map { Float(bitPattern: $0) }
    }

    /// The same in double precision.
    static func double(_ text: String) -> Double? {
        guard text.hasPrefix("nan:") else { return Double(text) }
        return UInt64(text.dropFirst(4), radix: 16).map { Double(bitPattern: $0) }
    }

    /// Whether `bytes` is well-formed UTF-8.
    static func isText(_ bytes: [UInt8]) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }
}
