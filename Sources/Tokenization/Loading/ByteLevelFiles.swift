internal import JSON
internal import Vocabularies

/// Puts a byte-level BPE tokenizer together from `vocab.json` and `merges.txt`, as GPT-2, RoBERTa and Qwen2 come.
enum ByteLevelFiles {
    private enum Family {
        case gpt2
        case roberta
        case qwen2
    }

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
        case .gpt2, .roberta: parts.preTokenizer = try preTokenizer([], prefixes)
        case .qwen2:
            parts.normalizer = try NormalizerFactory.make(ComponentJSON.value(#"{"type": "NFC"}"#))
            parts.preTokenizer = try preTokenizer([BytePatterns.words(BytePatterns.oneDigit)], prefixes)
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

    private static func preTokenizer(
        _ patterns: [String], _ prefixes: Bool
    ) throws(TokenizerError) -> (any PreTokenizer)? {
        try PreTokenizerFactory.make(
            ComponentJSON.value(BytePatterns.preTokenizer(patterns, addsPrefix: prefixes)))
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
