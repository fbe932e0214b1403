internal import JSON
internal import Vocabularies

/// Puts a byte-level BPE tokenizer together from `vocab.json` and `merges.txt`, as GPT-2, RoBERTa and Qwen2 come.
enum ByteLevelFiles {
    private enum Family {
        case gpt2
        case roberta
        case qwen2
    }

    /// The pattern that cuts text for Qwen2's tokenizer.
    static let qwen2Pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// The parts of the tokenizer that two files hold.
    static func read(
        vocab: [UInt8], merges: [UInt8], config: inout TokenizerConfig
    ) throws(TokenizerError) -> TokenizerParts {
        let family = try family(config.tokenizerClass)
        if family == .roberta { config.stripLeftOfMask() }
        let root: JSONValue
        do { root = try JSONDocument(vocab).root } catch {
            throw TokenizerError(.invalid, "'vocab.json' is not JSON, or was cut short: \(error)")
        }
        let vocabulary = try ModelVocabulary(root, name: "'vocab.json'")
        var lines = merges.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        while lines.last?.allSatisfy({ $0 == UInt8(ascii: "\r") }) == true { lines.removeLast() }
        var reader = BPEMerges(vocabulary: vocabulary.table, continuationPrefix: [], count: lines.count)
        for line in lines {
            try reader.add(line: Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
        }
        let model = BPEModel(table: vocabulary.table, merges: reader.table, options: .init())
        var parts = TokenizerParts(model: model, tokens: vocabulary.tokens, spelling: .byteLevel)
        parts.decoder = ByteLevelDecoder()
        let prefixes = config.boolean("add_prefix_space") ?? false
        switch family {
        case .gpt2, .roberta: parts.preTokenizer = try PreTokenizerFactory.make(byteLevel(prefixes, usesPattern: true))
        case .qwen2:
            parts.normalizer = try NormalizerFactory.make(ComponentJSON.value(#"{"type": "NFC"}"#))
            parts.preTokenizer = try PreTokenizerFactory.make(cutting(by: qwen2Pattern, prefixes: prefixes))
        }
        try frame(family, config, vocabulary.table, &parts)
        return parts
    }

    private static func family(_ tokenizerClass: String?) throws(TokenizerError) -> Family {
        switch tokenizerClass {
        case nil, "GPT2Tokenizer", "GPT2TokenizerFast", "CodeGenTokenizer", "CodeGenTokenizerFast",
            "PreTrainedTokenizerFast", "TokenizersBackend":
            return .gpt2
        case "RobertaTokenizer", "RobertaTokenizerFast", "BartTokenizer", "BartTokenizerFast", "LongformerTokenizer",
            "LongformerTokenizerFast", "LEDTokenizer", "LEDTokenizerFast", "MvpTokenizer", "MvpTokenizerFast":
            return .roberta
        case "Qwen2Tokenizer", "Qwen2TokenizerFast": return .qwen2
        case let other?:
            throw TokenizerError(
                .unsupported,
                "a '\(TokenName(Array(other.utf8)))' cannot be made of vocab.json and merges.txt here: save it with "
                    + "its "
                    + "tokenizer.json")
        }
    }

    private static func byteLevel(_ prefixes: Bool, usesPattern: Bool) throws(TokenizerError) -> JSONValue {
        try ComponentJSON.value(
            #"{"type": "ByteLevel", "add_prefix_space": \#(prefixes), "trim_offsets": true, "use_regex": \#(usesPattern)}"#
        )
    }

    /// A pre-tokenizer that cuts at the matches of `pattern`, and spells their bytes.
    static func cutting(by pattern: String, prefixes: Bool) throws(TokenizerError) -> JSONValue {
        try ComponentJSON.value(
            .object([
                .init("type", .text("Sequence")),
                .init(
                    "pretokenizers",
                    .array([
                        .object([
                            .init("type", .text("Split")),
                            .init("pattern", .object([.init("Regex", .text(pattern))])),
                            .init("behavior", .text("Isolated")), .init("invert", .boolean(false)),
                        ]),
                        JSONBuilder(try byteLevel(prefixes, usesPattern: false)),
                    ])),
            ]))
    }

    private static func frame(
        _ family: Family, _ config: TokenizerConfig, _ table: TokenTable, _ parts: inout TokenizerParts
    ) throws(TokenizerError) {
        func id(_ role: SpecialRole, _ common: String) -> Int32? {
            table.id(of: config.roles[role] ?? Array(common.utf8))
        }
        switch family {
        case .roberta:
            if let classification = id(.classification, "<s>"), let separator = id(.separator, "</s>") {
                parts.postProcessor.apply(
                    classification: classification, separator: separator, doublesSeparator: true)
            }
        case .gpt2, .qwen2:
            if config.boolean("add_bos_token") == true, let beginning = id(.beginning, "<|endoftext|>") {
                try parts.postProcessor.apply(template: [.ids([beginning]), .text])
            }
        }
    }
}
