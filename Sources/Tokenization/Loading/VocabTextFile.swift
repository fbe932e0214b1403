internal import JSON
internal import Vocabularies

/// Puts a BERT tokenizer together from `vocab.txt`, a token a line.
enum VocabTextFile {
    /// The parts of the tokenizer that `bytes` hold; what `config` does not say is as BERT has it, text in lower case
    /// included.
    static func read(_ bytes: [UInt8], config: TokenizerConfig) throws(TokenizerError) -> TokenizerParts {
        try refuse(config.tokenizerClass)
        let tokens = try tokens(bytes)
        let unknown = config.roles[.unknown] ?? Array("[UNK]".utf8)
        let model = WordPieceModel(
            tokens: tokens.map { ($0.text.bytes, Int32($0.id)) }, unknownToken: unknown, prefix: Array("##".utf8),
            maximumCharacters: 100)
        guard model.id(of: unknown) != nil else {
            throw TokenizerError(
                .unrecognized, "is not a WordPiece vocabulary: no line is '\(TokenName(unknown))', the unknown token")
        }
        var parts = TokenizerParts(model: model, tokens: tokens, spelling: .wordPiece)
        parts.normalizer = try NormalizerFactory.make(normalizer(config))
        parts.preTokenizer = try PreTokenizerFactory.make(ComponentJSON.value(#"{"type": "BertPreTokenizer"}"#))
        parts.decoder = WordPieceDecoder(prefix: Array("##".utf8), cleansUp: true)
        parts.roles[.unknown] = unknown
        parts.mayCleanUp = true
        parts.usualRoles = [
            .classification: "[CLS]", .separator: "[SEP]", .padding: "[PAD]", .unknown: "[UNK]", .mask: "[MASK]",
        ]
        var roles = config
        roles.fillRoles(parts.usualRoles)
        if let classification = model.id(of: roles.roles[.classification] ?? []),
            let separator = model.id(of: roles.roles[.separator] ?? [])
        {
            try parts.postProcessor.apply(template: [.ids([classification]), .text, .ids([separator])])
        }
        return parts
    }

    /// Classes whose vocab.txt is no WordPiece vocabulary, or whose words other programs cut.
    private static let others: Set<String> = [
        "BertJapaneseTokenizer", "BertweetTokenizer", "CpmAntTokenizer", "ErnieMTokenizer", "EsmTokenizer",
        "PhobertTokenizer", "RoCBertTokenizer", "RoFormerTokenizer",
    ]

    private static func refuse(_ tokenizerClass: String?) throws(TokenizerError) {
        guard let tokenizerClass, others.contains(tokenizerClass) else { return }
        throw TokenizerError(
            .unsupported,
            "belongs to a '\(tokenizerClass)', which does more than WordPiece and is not known here: save its fast "
                + "tokenizer, tokenizer.json, if it has one")
    }

    /// The lines; of equal ones the last has the token.
    private static func tokens(_ bytes: [UInt8]) throws(TokenizerError) -> [(id: Int, text: TokenText)] {
        guard UTF8Validity.isWellFormed(bytes.span) else {
            throw TokenizerError(.invalid, "is not UTF-8, as a list of tokens must be")
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count <= Vocabulary.maximumRowCount else {
            throw TokenizerError(.invalid, "there are \(lines.count) tokens, more than \(Vocabulary.maximumRowCount)")
        }
        var table = TokenTable(capacity: lines.count)
        var tokens: [[UInt8]?] = []
        for (id, line) in lines.enumerated() {
            let token = Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            if let earlier = table.insert(token.span, id: Int32(id)) { tokens[Int(earlier)] = nil }
            tokens.append(token)
        }
        return tokens.enumerated().compactMap { id, token in token.map { (id, TokenText($0)) } }
    }

    private static func normalizer(_ config: TokenizerConfig) throws(TokenizerError) -> JSONValue {
        try ComponentJSON.value(
            .object([
                .init("type", .text("BertNormalizer")), .init("clean_text", .boolean(true)),
                .init("handle_chinese_chars", .boolean(config.boolean("tokenize_chinese_chars") ?? true)),
                .init("strip_accents", config.boolean("strip_accents").map { .boolean($0) } ?? .null),
                .init("lowercase", .boolean(config.boolean("do_lower_case") ?? true)),
            ]))
    }
}
