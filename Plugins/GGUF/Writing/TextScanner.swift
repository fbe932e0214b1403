internal import CFocusPlugin

/// Reads the few kinds of JSON that metadata are: arrays of numbers, truth values, strings and arrays, and one object
/// of strings.
struct TextScanner {
    private let text: [UInt8]
    private var position = 0
    /// What the text belongs to, for sentences.
    private let key: [UInt8]

    /// Begins at the first byte of `text`, the value of `key`.
    init(_ text: [UInt8], of key: [UInt8]) {
        self.text = text
        self.key = key
    }

    /// An error that says what was expected here.
    func expected(_ what: String) -> GGUFError {
        GGUFError(
            FOCUS_ERROR_UNSUPPORTED,
            "the value of \(quoted(key)) is not what 'gguf.types' says: \(what) was expected at its byte \(position); "
                + "correct it, or take the key out of 'gguf.types' to write a string")
    }

    /// Skips blanks and then `byte`, where it is there; says whether it was.
    mutating func take(_ byte: Character) -> Bool {
        skipBlanks()
        guard position < text.count, text[position] == byte.asciiValue else { return false }
        position += 1
        return true
    }

    /// Throws unless nothing is left but blanks.
    mutating func end() throws(GGUFError) {
        skipBlanks()
        guard position == text.count else { throw expected("its end") }
    }

    /// Calls `item` for each of the items between brackets that follow.
    mutating func forEachItem(
        _ open: Character, _ close: Character, _ item: (inout TextScanner) throws(GGUFError) -> Void
    ) throws(GGUFError) {
        guard take(open) else { throw expected("'\(open)'") }
        if take(close) { return }
        repeat {
            try item(&self)
        } while take(",")
        guard take(close) else { throw expected("',' or '\(close)'") }
    }

    /// The number or word that follows, with or without quotation marks.
    mutating func word() throws(GGUFError) -> String {
        skipBlanks()
        if position < text.count, text[position] == UInt8(ascii: "\"") {
            return String(decoding: try string(), as: UTF8.self)
        }
        let start = position
        while position < text.count, !",]} \t\r\n".utf8.contains(text[position]) { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    /// The string in quotation marks that follows.
    mutating func string() throws(GGUFError) -> [UInt8] {
        guard take("\"") else { throw expected("a string") }
        var string: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return string
            case UInt8(ascii: "\\"): try escape(into: &string)
            default: string.append(byte)
            }
        }
        throw expected("'\"'")
    }

    /// What follows a backslash.
    private mutating func escape(into string: inout [UInt8]) throws(GGUFError) {
        guard position < text.count else { throw expected("a character after '\\'") }
        let byte = text[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): string.append(byte)
        case UInt8(ascii: "b"): string.append(8)
        case UInt8(ascii: "f"): string.append(12)
        case UInt8(ascii: "n"): string.append(10)
        case UInt8(ascii: "r"): string.append(13)
        case UInt8(ascii: "t"): string.append(9)
        case UInt8(ascii: "u"):
            var code = try unit()
            if code & 0xFC00 == 0xD800 {
                guard text[position...].starts(with: "\\u".utf8) else {
                    throw expected("the second half of a character")
                }
                position += 2
                let second = try unit()
                guard second & 0xFC00 == 0xDC00 else { throw expected("the second half of a character") }
                code = 0x10000 + (code & 0x3FF) << 10 + second & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { throw expected("a character") }
            string.append(contentsOf: String(scalar).utf8)
        default: throw expected("a character that '\\' goes with")
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(GGUFError) -> UInt32 {
        let digits = text[position..<min(position + 4, text.count)]
        guard digits.count == 4, digits.allSatisfy({ TextScanner.digit($0) != nil }) else {
            throw expected("four hexadecimal digits")
        }
        position += 4
        return digits.reduce(0) { $0 << 4 | UInt32(TextScanner.digit($1) ?? 0) }
    }

    /// The value of a hexadecimal digit; nil for what is none.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private mutating func skipBlanks() {
        while position < text.count, " \t\r\n".utf8.contains(text[position]) { position += 1 }
    }
}
