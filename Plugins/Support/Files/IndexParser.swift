/// Reads the JSON of an index of shards, or of a header: the members that matter, and past everything else.
package struct IndexParser {
    private let bytes: [UInt8]
    /// What it is the JSON of, for people.
    private let what: StaticString
    private var position = 0

    private static let largestDepth = 16

    package init(_ bytes: [UInt8], of what: StaticString = "an index of shards") {
        self.bytes = bytes
        self.what = what
    }

    /// The members of the object 'weight_map' of `json`: names of tensors and of files.
    package static func weightMap(of json: [UInt8]) throws(Refusal) -> [(name: [UInt8], file: [UInt8])] {
        var parser = IndexParser(json)
        var found: [(name: [UInt8], file: [UInt8])]?
        try parser.object { (parser: inout IndexParser, key: [UInt8]) throws(Refusal) in
            guard key == [UInt8](ascii: "weight_map") else { return try parser.skip(depth: 1) }
            guard found == nil else { throw parser.invalid("has two objects 'weight_map'") }
            var members: [(name: [UInt8], file: [UInt8])] = []
            try parser.object { (parser: inout IndexParser, name: [UInt8]) throws(Refusal) in
                guard parser.next() == UInt8(ascii: "\"") else {
                    throw parser.invalid("has something other than a file name").about("tensor", name)
                }
                members.append((name, try parser.string()))
            }
            found = members
        }
        guard parser.next() == nil else { throw parser.invalid("goes on after its end") }
        guard let found else { throw Refusal(.invalidHeader, "is no index of shards: it has no object 'weight_map'") }
        return found
    }

    /// Whether a file that begins with `prefix` looks like an index of files whose names end in `ending`.
    package static func begins(_ prefix: [UInt8], ending: StaticString) -> Bool {
        var parser = IndexParser(prefix)
        return parser.next() == UInt8(ascii: "{") && prefix.contains("\"weight_map\"") && prefix.contains(ending)
    }

    package func invalid(_ message: String) -> Refusal {
        Refusal(.invalidHeader, "is not the JSON of \(what): it \(message)", byteOffset: position)
    }

    /// The next byte that is no space, which stays.
    package mutating func next() -> UInt8? {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    package mutating func expect(_ character: Unicode.Scalar) throws(Refusal) {
        guard let byte = next(), byte == UInt8(ascii: character) else {
            throw invalid("has no '\(character)' where one is expected")
        }
        position += 1
    }

    /// Calls `member` at the value of each member of an object, with its key.
    package mutating func object(
        _ member: (inout IndexParser, [UInt8]) throws(Refusal) -> Void
    ) throws(Refusal) {
        try expect("{")
        if next() == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            guard next() == UInt8(ascii: "\"") else { throw invalid("has a key that is no string") }
            let key = try string()
            try expect(":")
            try member(&self, key)
            guard next() == UInt8(ascii: ",") else { return try expect("}") }
            position += 1
        }
    }

    /// Goes past a value.
    package mutating func skip(depth: Int) throws(Refusal) {
        guard depth < IndexParser.largestDepth else { throw invalid("is nested deeper than any index") }
        switch next() {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"):
            try object { (parser: inout IndexParser, _: [UInt8]) throws(Refusal) in try parser.skip(depth: depth + 1) }
        case UInt8(ascii: "["):
            position += 1
            if next() == UInt8(ascii: "]") {
                position += 1
                return
            }
            try skip(depth: depth + 1)
            while next() == UInt8(ascii: ",") {
                position += 1
                try skip(depth: depth + 1)
            }
            try expect("]")
        default: _ = try word()
        }
    }

    /// The number, `true`, `false` or `null` that begins here, as it is written.
    package mutating func word() throws(Refusal) -> [UInt8] {
        _ = next()
        let start = position
        while position < bytes.count, bytes[position].isOfWord { position += 1 }
        guard position > start else { throw invalid("has something that is no value") }
        return Array(bytes[start..<position])
    }

    // MARK: Strings

    /// The string that begins here, as UTF-8.
    package mutating func string() throws(Refusal) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            guard bytes[position] >= 0x20 else { throw invalid("has a control character in a string") }
            if bytes[position] == UInt8(ascii: "\\") {
                position += 1
                try escape(into: &text)
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        try expect("\"")
        guard text.isUTF8 else { throw invalid("has a string that is not well-formed UTF-8") }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(Refusal) {
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
            UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
        ]
        guard position < bytes.count else { throw invalid("ends in a string") }
        let byte = bytes[position]
        position += 1
        if let character = simple[byte] { return text.append(character) }
        guard byte == UInt8(ascii: "u") else { throw invalid("has an unknown escape in a string") }
        var value = try hexadecimal()
        if 0xD800..<0xDC00 ~= value, bytes[position...].starts(with: [UInt8](ascii: "\\u")) {
            position += 2
            let low = try hexadecimal()
            guard 0xDC00..<0xE000 ~= low else { throw invalid("has half a character in a string") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw invalid("has half a character in a string") }
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    private mutating func hexadecimal() throws(Refusal) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw invalid("has an escape that is no number in a string") }
        position += 4
        return value
    }
}

extension UInt8 {
    /// Whether numbers, `true`, `false` and `null` have such a byte.
    fileprivate var isOfWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

extension [UInt8] {
    /// Whether `text` is somewhere in these bytes.
    fileprivate func contains(_ text: StaticString) -> Bool {
        let text = [UInt8](ascii: text)
        return indices.contains { self[$0] == text[0] && self[$0...].starts(with: text) }
    }
}
