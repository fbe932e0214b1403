internal import PluginSupport

/// A value of the JSON that Orbax and zarr describe arrays with.
indirect enum MetadataValue {
    case object([(key: [UInt8], value: MetadataValue)])
    case array([MetadataValue])
    case text([UInt8])
    /// A number, `true`, `false` or `null`, as it is written.
    case word([UInt8])

    private static let largestDepth = 32
    /// A tree of a million arrays has about 400 MB.
    private static let largestByteCount = 1 << 28

    /// Reads all of `file`.
    init(file place: FilePlace, of what: StaticString) throws(Refusal) {
        let file = try InputFile(place)
        guard file.byteCount <= MetadataValue.largestByteCount else {
            throw Refusal(.unsupported, "has \(file.byteCount) bytes, more than any description of arrays")
        }
        try self.init(file.copy(0..<file.byteCount), of: what)
    }

    /// Reads `json`, which errors call the JSON of `what`.
    init(_ json: [UInt8], of what: StaticString) throws(Refusal) {
        var parser = IndexParser(json, of: what)
        self = try MetadataValue(&parser, depth: 0)
        guard parser.next() == nil else { throw parser.invalid("goes on after its end") }
    }

    private init(_ parser: inout IndexParser, depth: Int) throws(Refusal) {
        guard depth < MetadataValue.largestDepth else { throw parser.invalid("is nested deeper than any") }
        switch parser.next() {
        case UInt8(ascii: "\""): self = .text(try parser.string())
        case UInt8(ascii: "{"):
            var members: [(key: [UInt8], value: MetadataValue)] = []
            try parser.object { (parser: inout IndexParser, key: [UInt8]) throws(Refusal) in
                members.append((key, try MetadataValue(&parser, depth: depth + 1)))
            }
            self = .object(members)
        case UInt8(ascii: "["):
            var elements: [MetadataValue] = []
            try parser.expect("[")
            if parser.next() != UInt8(ascii: "]") {
                elements.append(try MetadataValue(&parser, depth: depth + 1))
                while parser.next() == UInt8(ascii: ",") {
                    try parser.expect(",")
                    elements.append(try MetadataValue(&parser, depth: depth + 1))
                }
            }
            try parser.expect("]")
            self = .array(elements)
        default: self = .word(try parser.word())
        }
    }

    /// The value of `key` in an object; the last, where there are several.
    subscript(key: StaticString) -> MetadataValue? {
        let key = [UInt8](ascii: key)
        return members.last { $0.key == key }?.value
    }

    var members: [(key: [UInt8], value: MetadataValue)] {
        if case .object(let members) = self { members } else { [] }
    }

    var elements: [MetadataValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    var text: [UInt8]? {
        if case .text(let text) = self { text } else { nil }
    }

    private var word: [UInt8]? {
        if case .word(let word) = self { word } else { nil }
    }

    /// Whether it is a text or a word that says this.
    func says(_ text: StaticString) -> Bool { (self.text ?? word) == [UInt8](ascii: text) }

    var isNull: Bool { word == [UInt8](ascii: "null") }

    /// Whether it is a number that is all zeros, `false`, or lists of nothing else.
    var isZero: Bool {
        if let elements { return elements.allSatisfy(\.isZero) }
        guard let word else { return false }
        return word == [UInt8](ascii: "false")
            || word.allSatisfy { [UInt8(ascii: "0"), UInt8(ascii: ".")].contains($0) }
    }

    /// A whole number from 0 on, of at most 18 digits.
    var size: Int? {
        guard let word, word.count <= 18 else { return nil }
        return word.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? Int(String(decoding: word, as: UTF8.self)) : nil
    }

    /// A list of such numbers, as many as a tensor may have axes.
    var sizes: [Int]? {
        guard let elements, elements.count <= 64 else { return nil }
        let sizes = elements.compactMap(\.size)
        return sizes.count == elements.count ? sizes : nil
    }
}
