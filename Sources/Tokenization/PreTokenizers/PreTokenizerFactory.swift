internal import JSON

/// Makes pre-tokenizers from what tokenizer.json says of them.
enum PreTokenizerFactory {
    /// The pre-tokenizer that `json` describes; nil for null.
    ///
    /// - Throws: `.unsupported` naming a type that is not known, `.invalid` for wrong fields.
    static func make(_ json: JSONValue) throws(TokenizerError) -> (any PreTokenizer)? {
        try json.isNull ? nil : make(json, depth: 0)
    }

    private static func make(_ json: JSONValue, depth: Int) throws(TokenizerError) -> any PreTokenizer {
        let fields = try ComponentFields(json, role: "pre-tokenizer")
        switch fields.type {
        case "Metaspace": return try MetaspacePreTokenizer(fields)
        case "ByteLevel": return try ByteLevelPreTokenizer(fields)
        case "Whitespace": return WhitespacePreTokenizer()
        case "WhitespaceSplit": return WhitespaceSplitPreTokenizer()
        case "BertPreTokenizer": return BertPreTokenizer()
        case "Punctuation": return PunctuationPreTokenizer(behavior: try .read(fields, or: .isolated))
        case "Digits": return DigitsPreTokenizer(isIndividual: try fields.boolean("individual_digits"))
        case "Split": return try SplitPreTokenizer(fields)
        case "CharDelimiterSplit", "Delimiter": return DelimiterPreTokenizer(delimiter: try fields.scalar("delimiter"))
        case "UnicodeScripts": return UnicodeScriptsPreTokenizer()
        case "FixedLength": return try FixedLengthPreTokenizer(fields)
        case "Sequence":
            guard depth < ComponentFields.deepest else { throw fields.error("sequences are nested too deeply") }
            var preTokenizers: [any PreTokenizer] = []
            for element in try fields.elements("pretokenizers") {
                preTokenizers.append(try make(element, depth: depth + 1))
            }
            return PreTokenizerSequence(preTokenizers: preTokenizers)
        default: throw fields.unknown
        }
    }
}
