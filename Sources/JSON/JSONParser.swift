/// Reads JSON text (RFC 8259; if asked, with Python's words for numbers that are not finite) into nodes; checks UTF-8,
/// depth, count and duplicate keys on the way.
struct JSONParser {
    private(set) var nodes: [JSONDocument.Node] = []
    private let limits: JSONLimits
    private var position = 0
    private var keys = JSONKeySet()

    init(limits: JSONLimits) {
        self.limits = limits
    }

    mutating func parse(_ text: Span<UInt8>) throws(JSONError) {
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { position = 3 }
        nodes.reserveCapacity(min(text.count / 8 + 16, limits.nodes))
        try value(text, depth: 0)
        skipSpace(text)
        guard position == text.count else { throw error("text goes on after the JSON value") }
    }

    private func error(_ message: String) -> JSONError {
        JSONError(message, byteOffset: position)
    }

    private func describe(_ text: Span<UInt8>) -> String {
        guard position < text.count else { return "the text ends" }
        let byte = text[position]
        return byte >= 0x20 && byte < 0x7F ? "'\(Character(UnicodeScalar(byte)))' found" : "byte \(byte) found"
    }

    private mutating func skipSpace(_ text: Span<UInt8>) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func append(_ kind: JSONDocument.Kind, start: Int, end: Int, count: Int = 0) throws(JSONError) {
        guard nodes.count < limits.nodes else { throw error("more than \(limits.nodes) values") }
        nodes.append(.init(start: UInt32(start), end: UInt32(end), count: UInt32(count), kind: kind))
    }

    private mutating func value(_ text: Span<UInt8>, depth: Int) throws(JSONError) {
        skipSpace(text)
        guard position < text.count else { throw error("a value is expected, but the text ends") }
        switch text[position] {
        case UInt8(ascii: "{"): try object(text, depth: depth)
        case UInt8(ascii: "["): try array(text, depth: depth)
        case UInt8(ascii: "\""): try string(text)
        case UInt8(ascii: "t"): try word("true", .boolean, text)
        case UInt8(ascii: "f"): try word("false", .boolean, text)
        case UInt8(ascii: "n"): try word("null", .null, text)
        case UInt8(ascii: "N") where limits.allowsNonFinite: try word("NaN", .number, text)
        case UInt8(ascii: "I") where limits.allowsNonFinite: try word("Infinity", .number, text)
        case UInt8(ascii: "-") where limits.allowsNonFinite && hasInfinity(text): try word("-Infinity", .number, text)
        default: try number(text)
        }
    }

    private mutating func word(
        _ word: StaticString, _ kind: JSONDocument.Kind, _ text: Span<UInt8>
    ) throws(JSONError) {
        let start = position
        let matches = word.withUTF8Buffer { expected in
            guard text.count - start >= expected.count else { return false }
            return (0..<expected.count).allSatisfy { unsafe text[start + $0] == expected[$0] }
        }
        guard matches else { throw error("a value is expected, but \(describe(text))") }
        position += word.utf8CodeUnitCount
        try append(kind, start: start, end: position)
    }

    /// Whether an `I` follows the sign.
    private func hasInfinity(_ text: Span<UInt8>) -> Bool {
        position + 1 < text.count && text[position + 1] == UInt8(ascii: "I")
    }

    private mutating func digits(_ text: Span<UInt8>) -> Int {
        let start = position
        while position < text.count, text[position] >= 0x30, text[position] <= 0x39 { position += 1 }
        return position - start
    }

    private mutating func number(_ text: Span<UInt8>) throws(JSONError) {
        let start = position
        if text[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        let integerDigits = digits(text)
        guard integerDigits > 0 else { throw error("a value is expected, but \(describe(text))") }
        guard integerDigits == 1 || text[first] != 0x30 else { throw error("a number begins with a superfluous 0") }
        if position < text.count, text[position] == UInt8(ascii: ".") {
            position += 1
            guard digits(text) > 0 else { throw error("a digit is expected after '.', but \(describe(text))") }
        }
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard digits(text) > 0 else { throw error("a digit is expected in the exponent, but \(describe(text))") }
        }
        try append(.number, start: start, end: position)
    }

    private mutating func string(_ text: Span<UInt8>) throws(JSONError) {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            guard position < text.count else { throw error("a string is not closed") }
            let byte = text[position]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try escape(text)
            } else if byte < 0x20 {
                throw error("control character \(byte) in a string; it must be escaped")
            } else if byte < 0x80 {
                position += 1
            } else {
                try multibyteScalar(text)
            }
        }
        try append(.string, start: start, end: position, count: hasEscapes ? 1 : 0)
        position += 1
    }

    private mutating func escape(_ text: Span<UInt8>) throws(JSONError) {
        guard position + 1 < text.count else { throw error("a string is not closed") }
        switch text[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard let unit = JSONEscape.unit(text, at: position) else {
                throw error("'\\u' is not followed by four hexadecimal digits")
            }
            if unit & 0xFC00 == 0xDC00 { throw error("a low surrogate stands alone") }
            if unit & 0xFC00 == 0xD800 {
                guard let low = JSONEscape.unit(text, at: position + 6), low & 0xFC00 == 0xDC00 else {
                    throw error("a high surrogate stands alone")
                }
                position += 6
            }
            position += 6
        default:
            throw error("an unknown escape in a string")
        }
    }

    /// Steps over one well-formed scalar of two to four bytes (Unicode 15, table 3-7).
    private mutating func multibyteScalar(_ text: Span<UInt8>) throws(JSONError) {
        let lead = text[position]
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF4: (length, high) = (4, 0x8F)
        case 0xF1...0xF3: length = 4
        default: throw error("the text is not UTF-8")
        }
        guard position + length <= text.count, text[position + 1] >= low, text[position + 1] <= high else {
            throw error("the text is not UTF-8")
        }
        for offset in 2..<max(length, 2) where text[position + offset] & 0xC0 != 0x80 {
            throw error("the text is not UTF-8")
        }
        position += length
    }

    private mutating func array(_ text: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth < limits.depth else { throw error("nested more than \(limits.depth) deep") }
        let index = nodes.count
        try append(.array, start: position, end: 0)
        position += 1
        var count = 0
        skipSpace(text)
        if position < text.count, text[position] == UInt8(ascii: "]") {
            position += 1
        } else {
            while true {
                try value(text, depth: depth + 1)
                count += 1
                skipSpace(text)
                guard position < text.count else { throw error("an array is not closed") }
                let byte = text[position]
                guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else {
                    throw error("',' or ']' is expected, but \(describe(text))")
                }
                position += 1
                if byte == UInt8(ascii: "]") { break }
            }
        }
        nodes[index].count = UInt32(count)
        nodes[index].end = UInt32(nodes.count)
    }

    private mutating func object(_ text: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth < limits.depth else { throw error("nested more than \(limits.depth) deep") }
        let index = nodes.count
        try append(.object, start: position, end: 0)
        position += 1
        var count = 0
        skipSpace(text)
        if position < text.count, text[position] == UInt8(ascii: "}") {
            position += 1
        } else {
            while true {
                skipSpace(text)
                guard position < text.count, text[position] == UInt8(ascii: "\"") else {
                    throw error("a key is expected, but \(describe(text))")
                }
                try string(text)
                count += 1
                skipSpace(text)
                guard position < text.count, text[position] == UInt8(ascii: ":") else {
                    throw error("':' is expected, but \(describe(text))")
                }
                position += 1
                try value(text, depth: depth + 1)
                skipSpace(text)
                guard position < text.count else { throw error("an object is not closed") }
                let byte = text[position]
                guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else {
                    throw error("',' or '}' is expected, but \(describe(text))")
                }
                position += 1
                if byte == UInt8(ascii: "}") { break }
            }
        }
        nodes[index].count = UInt32(count)
        nodes[index].end = UInt32(nodes.count)
        if count > 1, let duplicate = keys.firstDuplicate(object: index, nodes: nodes, text: text) {
            position = Int(nodes[duplicate].start)
            let key = JSONEscape.unescaped(text, nodes[duplicate])
            throw error("key '\(String(decoding: key, as: UTF8.self))' occurs twice in one object")
        }
    }
}
