internal import JSON

/// Puts tokens into the text of a tokenizer.json, of which every other byte stays.
enum AddedTokenInsertion {
    /// The text `bytes` with `tokens` at the end of `added_tokens`, in the way in which the file is laid out.
    ///
    /// - Throws: `TokenizerError` where it is no JSON object, or `added_tokens` is no array.
    static func inserting(
        _ tokens: [(id: Int, content: [UInt8])], into bytes: [UInt8]
    ) throws(TokenizerError) -> [UInt8] {
        let root = try ComponentJSON.root(of: bytes)
        let texts = tokens.map { text(of: $0.id, $0.content) }
        guard let list = root["added_tokens"] else {
            let list = Array("\"added_tokens\":[".utf8) + texts.joined(separator: Array(",".utf8)) + Array("]".utf8)
            return inserted(list + (root.count > 0 ? Array(",".utf8) : []), into: bytes, at: root.byteOffset + 1)
        }
        guard list.kind == .array else {
            guard list.isNull else { throw TokenizerError(.invalid, "'added_tokens' is no array") }
            let new = Array("[".utf8) + texts.joined(separator: Array(",".utf8)) + Array("]".utf8)
            return Array(bytes[..<list.byteOffset]) + new + bytes[(list.byteOffset + "null".utf8.count)...]
        }
        let start = list.byteOffset + 1
        guard let first = list.elements.first(where: { _ in true }) else {
            return inserted(Array(texts.joined(separator: Array(",".utf8))), into: bytes, at: start)
        }
        var last = first
        for element in list.elements { last = element }
        let space = Array(bytes[start..<first.byteOffset])
        let new = texts.flatMap { Array(",".utf8) + space + $0 }
        return inserted(new, into: bytes, at: end(ofObjectAt: last.byteOffset, in: bytes))
    }

    private static func inserted(_ new: [UInt8], into bytes: [UInt8], at position: Int) -> [UInt8] {
        Array(bytes[..<position]) + new + bytes[position...]
    }

    /// Where the object, array or other value that begins at `start` ends, in JSON that was parsed.
    private static func end(ofObjectAt start: Int, in bytes: [UInt8]) -> Int {
        var (position, depth, isQuoted) = (start, 0, false)
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if isQuoted {
                if byte == UInt8(ascii: "\\") { position += 1 } else if byte == UInt8(ascii: "\"") { isQuoted = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
        }
        return position
    }

    /// The entry of a token, as `tokenizers` writes it but for the layout.
    private static func text(of id: Int, _ content: [UInt8]) -> [UInt8] {
        JSONBuilder.object(
            [JSONBuilder.Member("id", .integer(id))] + AddedTokenInsertion.members(content)
        ).written()
    }

    /// What the entry of a token says beside its id.
    static func members(_ content: [UInt8]) -> [JSONBuilder.Member] {
        [.init("content", .string(content))]
            + ["single_word", "lstrip", "rstrip", "normalized", "special"].map { .init($0, .boolean(false)) }
    }
}
