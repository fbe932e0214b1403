internal import JSON

/// Makes normalizers from what tokenizer.json says of them.
enum NormalizerFactory {
    /// The normalizer that `json` describes; nil for null.
    ///
    /// - Throws: `.unsupported` naming a type that is not known, `.invalid` for wrong fields.
    static func make(_ json: JSONValue) throws(TokenizerError) -> (any Normalizer)? {
        try json.isNull ? nil : make(json, depth: 0)
    }

    private static func make(_ json: JSONValue, depth: Int) throws(TokenizerError) -> any Normalizer {
        let fields = try ComponentFields(json, role: "normalizer")
        switch fields.type {
        case "NFC": return UnicodeNormalizer(form: .c)
        case "NFD": return UnicodeNormalizer(form: .d)
        case "NFKC": return UnicodeNormalizer(form: .kc)
        case "NFKD": return UnicodeNormalizer(form: .kd)
        case "Lowercase": return LowercaseNormalizer()
        case "Strip": return try StripNormalizer(fields)
        case "StripAccents": return StripAccentsNormalizer()
        case "Replace": return try ReplaceNormalizer(fields)
        case "Prepend": return try PrependNormalizer(fields)
        case "BertNormalizer", "Bert": return try BertNormalizer(fields)
        case "Precompiled":
            // Models that were trained without normalization have no map, or an empty one.
            guard try fields.hasText("precompiled_charsmap") else { return NormalizerSequence(normalizers: []) }
            return try PrecompiledNormalizer(fields)
        case "Nmt": return NmtNormalizer()
        case "ByteLevel": return ByteLevelNormalizer()
        case "Sequence":
            guard depth < ComponentFields.deepest else { throw fields.error("sequences are nested too deeply") }
            var normalizers: [any Normalizer] = []
            for element in try fields.elements("normalizers") {
                normalizers.append(try make(element, depth: depth + 1))
            }
            return NormalizerSequence(normalizers: normalizers)
        default: throw fields.unknown
        }
    }
}
