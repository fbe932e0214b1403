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

    /// Whether `bytes` is well-formed UTF-8.
    static func isText(_ bytes: [UInt8]) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }
}
