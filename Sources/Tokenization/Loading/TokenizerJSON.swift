internal import JSON
internal import Vocabularies

/// Reads `tokenizer.json`, the format of the Hugging Face `tokenizers` package.
enum TokenizerJSON {
    /// The parts of the tokenizer that `bytes` describe. The sections `truncation` and `padding` are not for us.
    ///
    /// - Parameters:
    ///   - vocabularyOnly: whether the model need only know its tokens.
    ///   - config: what lies beside the file; the class that it names may prepare text otherwise.
    static func read(
        _ bytes: [UInt8], vocabularyOnly: Bool = false, config: TokenizerConfig = TokenizerConfig()
    ) throws(TokenizerError) -> TokenizerParts {
        return try read(try ComponentJSON.root(of: bytes), vocabularyOnly: vocabularyOnly, config: config)
    }

    private static func read(
        _ root: JSONValue, vocabularyOnly: Bool, config: TokenizerConfig
    ) throws(TokenizerError) -> TokenizerParts {
        guard root.kind == .object, let model = root["model"], model.kind == .object else {
            throw TokenizerError(.unrecognized, "is not a tokenizer.json: it has no object 'model'")
        }
        if let version = root["version"]?.string, version != "1.0" {
            throw TokenizerError(.unsupported, "has version '\(version)', where '1.0' is expected")
        }
        let made = try ModelFactory.make(model, vocabularyOnly: vocabularyOnly)
        let spelled = SpellingRule.find(
            decoder: root["decoder"], preTokenizer: root["pre_tokenizer"], normalizer: root["normalizer"],
            isWordPiece: made.isWordPiece, continuation: made.continuation, wordEnd: made.wordEnd)
        var parts = TokenizerParts(
            model: made.model, tokens: made.tokens, spelling: spelled.spelling, marks: spelled.marks,
            mayCleanUp: !made.isBPE)
        if let json = root["normalizer"] { parts.normalizer = try NormalizerFactory.make(json) }
        if let json = root["pre_tokenizer"] { parts.preTokenizer = try PreTokenizerFactory.make(json) }
        if let json = root["post_processor"] { parts.postProcessor = try PostProcessorFactory.make(json) }
        if let json = root["decoder"] { parts.decoder = try DecoderFactory.make(json) }
        if let json = root["added_tokens"], !json.isNull { parts.added = try added(json) }
        parts.roles[.unknown] = made.unknownToken
        try ClassRule.apply(to: &parts, root: root, config: config)
        return parts
    }

    private static func added(_ json: JSONValue) throws(TokenizerError) -> [AddedToken] {
        guard json.kind == .array else {
            throw TokenizerError(.invalid, "'added_tokens' is \(json.described), not an array")
        }
        var tokens: [AddedToken] = []
        for element in json.elements {
            let fields = try JSONFields(element, name: "entry \(tokens.count) of 'added_tokens'")
            guard let id = fields["id"]?.integer, TokenID.checked(id) != nil else {
                throw TokenizerError(.invalid, "\(fields.name) has no 'id' that is a whole number of at least 0")
            }
            tokens.append(try token(fields, content: try fields.bytes("content")))
        }
        return tokens
    }

    /// The added token that `fields` describe.
    static func token(_ fields: JSONFields, content: [UInt8]) throws(TokenizerError) -> AddedToken {
        let isSpecial = try fields.boolean("special", default: false)
        return AddedToken(
            content: content, isSingleWord: try fields.boolean("single_word", default: false),
            stripsLeft: try fields.boolean("lstrip", default: false),
            stripsRight: try fields.boolean("rstrip", default: false),
            isNormalized: try fields.boolean("normalized", default: !isSpecial), isSpecial: isSpecial)
    }
}
