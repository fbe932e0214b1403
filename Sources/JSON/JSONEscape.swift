/// Escapes of JSON strings, in and out.
enum JSONEscape {
    /// The UTF-16 code unit of the four-digit `\u` escape at `position`, or nil where there is none.
    static func unit(_ text: Span<UInt8>, at position: Int) -> UInt16? {
        guard position + 6 <= text.count, text[position] == UInt8(ascii: "\\"),
            text[position + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for offset in 2..<6 {
            guard let digit = Character(UnicodeScalar(text[position + offset])).hexDigitValue,
                text[position + offset] < 0x80
            else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// The bytes that a string node stands for; its escapes have been checked by the parser.
    static func unescaped(_ text: Span<UInt8>, _ node: JSONDocument.Node) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(node.end - node.start))
        var position = Int(node.start)
        while position < Int(node.end) {
            let byte = text[position]
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                position += 1
                continue
            }
            switch text[position + 1] {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = UInt32(unit(text, at: position) ?? 0xFFFD)
                if scalar & 0xFC00 == 0xD800, let low = unit(text, at: position + 6) {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + UInt32(low) & 0x3FF
                    position += 6
                }
                bytes.append(contentsOf: Array(String(UnicodeScalar(scalar) ?? "\u{FFFD}").utf8))
                position += 4
            case let other: bytes.append(other)
            }
            position += 2
        }
        return bytes
    }

    /// Appends `bytes` to `output` as a JSON string in quotes; bytes past ASCII are kept as they are.
    static func appendQuoted(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x0A: output.append(contentsOf: Array("\\n".utf8))
            case 0x0D: output.append(contentsOf: Array("\\r".utf8))
            case 0x09: output.append(contentsOf: Array("\\t".utf8))
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: Array("\\u00".utf8))
                output.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
