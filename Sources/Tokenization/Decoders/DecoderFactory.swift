internal import JSON

/// Makes decoders from the `decoder` section of a tokenizer file.
enum DecoderFactory {
    /// The decoder that `json` describes; nil for null.
    ///
    /// - Throws: `TokenizerError` for an unknown type, which is named, or a wrong member.
    static func make(_ json: JSONValue) throws(TokenizerError) -> (any TokenDecoder)? {
        guard !json.isNull else { return nil }
        let type = try JSONFields(json, name: "the decoder").type()
        let fields = try JSONFields(json, name: "decoder '\(type)'")
        switch type {
        case "ByteLevel": return ByteLevelDecoder()
        case "ByteFallback": return ByteFallbackDecoder()
        case "Fuse": return FuseDecoder()
        case "Metaspace": return try metaspace(fields)
        case "WordPiece":
            return WordPieceDecoder(
                prefix: try fields.bytes("prefix"), cleansUp: try fields.boolean("cleanup", default: true))
        case "BPEDecoder": return BPEDecoder(suffix: try fields.bytes("suffix"))
        case "CTC":
            return CTCDecoder(
                padToken: try fields.bytes("pad_token"), wordDelimiter: try fields.bytes("word_delimiter_token"),
                cleansUp: try fields.boolean("cleanup", default: true))
        case "Strip":
            return StripDecoder(
                content: try fields.character("content"), start: try fields.requiredCount("start"),
                stop: try fields.requiredCount("stop"))
        case "Replace":
            let pattern = try ComponentFields(json, role: "decoder").pattern("pattern")
            return ReplaceDecoder(
                pattern: pattern, literal: json["pattern"]?["String"]?.bytes, content: try fields.bytes("content"))
        case "Sequence":
            var steps: [any TokenDecoder] = []
            for element in try fields.array("decoders") {
                if let step = try make(element) { steps.append(step) }
            }
            return DecoderSequence(steps: steps)
        default:
            throw TokenizerError(.unsupported, "decoder '\(TokenName(Array(type.utf8)))' is not known")
        }
    }

    private static func metaspace(_ fields: JSONFields) throws(TokenizerError) -> MetaspaceDecoder {
        var scheme = try fields.optionalBytes("prepend_scheme").map { String(decoding: $0, as: UTF8.self) } ?? "always"
        guard ["always", "first", "never"].contains(scheme) else {
            throw TokenizerError(
                .unsupported, "\(fields.name): 'prepend_scheme' is '\(scheme)', not 'always', 'first' or 'never'")
        }
        if try !fields.boolean("add_prefix_space", default: true) { scheme = "never" }
        return MetaspaceDecoder(replacement: try fields.character("replacement"), prepends: scheme != "never")
    }
}
