internal import JSON
internal import Vocabularies

/// Finds out how a tokenizer spells text from what its components are.
enum SpellingRule {
    /// The spelling of a tokenizer and the signs that its tokens hold.
    struct Found {
        var spelling: TokenSpelling
        var marks = TokenMarks()
    }

    /// The spelling of a tokenizer file: its decoder says it, else its pre-tokenizer, its normalizer, its model.
    ///
    /// - Parameters:
    ///   - continuation: what the model puts before tokens that go on in a word; nil where it does not say.
    ///   - wordEnd: what the model puts after tokens that end a word.
    static func find(
        decoder: JSONValue?, preTokenizer: JSONValue?, normalizer: JSONValue?, isWordPiece: Bool,
        continuation: [UInt8]? = nil, wordEnd: [UInt8] = []
    ) -> Found {
        var found = Found(spelling: isWordPiece ? .wordPiece : .plain)
        if let continuation, !continuation.isEmpty { found.marks.continuation = continuation }
        for section in [decoder, preTokenizer, normalizer] {
            if let section,
                let said = said(by: section, marks: found.marks, isDecoder: section.isOne(decoder), depth: 0)
            {
                found = said
                break
            }
        }
        found.marks.wordEnd = wordEnd
        return found
    }

    private static func said(by component: JSONValue, marks: TokenMarks, isDecoder: Bool, depth: Int) -> Found? {
        guard let type = component["type"]?.string, depth < 16 else { return nil }
        var marks = marks
        switch type {
        case "ByteLevel": return Found(spelling: .byteLevel, marks: marks)
        case "WordPiece":
            if let prefix = component["prefix"]?.bytes, !prefix.isEmpty { marks.continuation = prefix }
            return Found(spelling: .wordPiece, marks: marks)
        case "Metaspace":
            if let sign = component["replacement"]?.bytes, !sign.isEmpty { marks.wordStart = sign }
            return Found(spelling: .sentencePiece, marks: marks)
        case "Replace", "Prepend":
            guard let sign = sign(of: component, usual: marks.wordStart, isDecoder: isDecoder) else { return nil }
            marks.wordStart = sign
            return Found(spelling: .sentencePiece, marks: marks)
        default:
            for key in ["decoders", "pretokenizers", "normalizers"] {
                for element in component[key]?.elements.map({ $0 }) ?? [] {
                    if let said = said(by: element, marks: marks, isDecoder: isDecoder, depth: depth + 1) {
                        return said
                    }
                }
            }
            return nil
        }
    }

    /// The sign of word starts that goes in for a space (normalizer) or comes out as one (decoder).
    private static func sign(of component: JSONValue, usual: [UInt8], isDecoder: Bool) -> [UInt8]? {
        let pattern = component["pattern"]?["String"]?.bytes
        let content = component["content"]?.bytes
        if [content, pattern, component["prepend"]?.bytes].contains(usual) { return usual }
        let (space, sign) = isDecoder ? (content, pattern) : (pattern, content)
        guard space == [0x20], let sign, !sign.isEmpty, !sign.contains(0x20) else { return nil }
        return sign
    }
}

extension JSONValue {
    /// Whether this is the value `other`, by its place in the text.
    fileprivate func isOne(_ other: JSONValue?) -> Bool {
        byteOffset == other?.byteOffset
    }
}
