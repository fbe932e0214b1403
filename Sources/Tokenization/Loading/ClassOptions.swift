internal import JSON

/// The components that classes of transformers make of options (`__init__` in transformers/models/*/tokenization_*.py,
/// 5.24).
struct ClassOptions {
    let config: TokenizerConfig
    /// The map of characters of the file, base64.
    let characterMap: JSONBuilder?

    private static let bertLike: Set<String> = [
        "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer",
        "SqueezeBertTokenizer", "LayoutLMTokenizer", "LayoutLMv2Tokenizer", "LxmertTokenizer", "MPNetTokenizer",
        "SplinterTokenizer", "FunnelTokenizer",
    ]
    private static let byteLevel: Set<String> = [
        "RobertaTokenizer", "LongformerTokenizer", "BartTokenizer", "LEDTokenizer", "MvpTokenizer", "GPT2Tokenizer",
        "CodeGenTokenizer", "DebertaTokenizer", "WhisperTokenizer", "LukeTokenizer",
    ]

    /// The rule of the class `name`, without "Fast"; nil where it takes the file as it is.
    func rule(for name: String) -> ClassRule? {
        if ClassOptions.bertLike.contains(name) { return bert(name) }
        if ClassOptions.byteLevel.contains(name) { return byteLevel(name, prefixes: false) }
        switch name {
        case "BlenderbotTokenizer", "LayoutLMv3Tokenizer": return byteLevel(name, prefixes: true)
        case "GPTNeoXTokenizer": return byteLevel(name, prefixes: false, normalizer: ClassOptions.step("NFC"))
        case "Qwen2Tokenizer": return qwen(name, pattern: BytePatterns.words(BytePatterns.oneDigit))
        case "Qwen3_5Tokenizer": return qwen(name, pattern: BytePatterns.qwen35)
        case "CohereTokenizer":
            let digits = ClassOptions.step("Digits", .init("individual_digits", .boolean(true)))
            return ClassRule(
                name: name, model: .bpe, normalizer: ClassOptions.step("NFC"),
                preTokenizer: ClassOptions.cuts([digits, byteLevelStep(prefixes: false)]), options: ["add_prefix_space"]
            )
        case "LlamaTokenizer", "CodeLlamaTokenizer":
            let scheme = config.boolean("legacy") == true && name == "LlamaTokenizer" ? "always" : "first"
            return ClassRule(
                name: name, model: .bpe, normalizer: .null,
                preTokenizer: metaspace(config.boolean("add_prefix_space") ?? true ? scheme : "never", splits: false),
                options: ["add_prefix_space", "legacy"])
        case "XLMRobertaTokenizer", "CamembertTokenizer":
            return unigram(name, map, words: true, options: ["add_prefix_space"])
        case "XGLMTokenizer": return unigram(name, map + [ClassOptions.spaces(" ")], options: ["add_prefix_space"])
        case "BigBirdTokenizer":
            return unigram(name, [ClassOptions.spaces("▁")], options: ["add_prefix_space"])
        case "T5Tokenizer": return unigram(name, map, words: true, takesPrefix: false, options: [])
        case "MBart50Tokenizer":
            return unigram(name, map + [ClassOptions.spaces(" ")], takesPrefix: false, options: [])
        case "GemmaTokenizer":
            let space = JSONBuilder.object([.init("String", .text(" "))])
            return ClassRule(
                name: name, model: .bpe,
                normalizer: ClassOptions.step("Replace", .init("pattern", space), .init("content", .text("▁"))),
                preTokenizer: ClassOptions.step(
                    "Split", .init("pattern", space), .init("behavior", .text("MergedWithPrevious")),
                    .init("invert", .boolean(false))), options: [])
        case "BarthezTokenizer": return unigram(name, ClassOptions.cleaned, options: ["add_prefix_space"])
        case "AlbertTokenizer":
            return unigram(
                name, ClassOptions.quotes + accents(kept: false) + lowercase(true) + map, words: true,
                options: ["do_lower_case", "keep_accents", "add_prefix_space"])
        case "RemBertTokenizer":
            return unigram(
                name, ClassOptions.quotes + [ClassOptions.spaces(" ")] + accents(kept: true) + lowercase(false) + map,
                options: ["do_lower_case", "keep_accents", "add_prefix_space"])
        case "XLNetTokenizer":
            return unigram(
                name, ClassOptions.quotes + ClassOptions.withoutAccents + lowercase(false) + map, words: true,
                takesPrefix: false, options: ["do_lower_case"])
        case "DebertaV2Tokenizer":
            let punctuation = ClassOptions.step("Punctuation", .init("behavior", .text("Isolated")))
            return unigram(
                name, lowercase(false) + ClassOptions.cleaned,
                cuts: config.boolean("split_by_punct") == true ? [punctuation] : [], without: "first",
                options: ["do_lower_case", "split_by_punct", "add_prefix_space"])
        default: return nil
        }
    }

    /// What the class `name` does to a text before a SentencePiece model normalizes it.
    func preparation(by name: String) -> [JSONBuilder] {
        switch name {
        case "AlbertTokenizer", "FNetTokenizer": ClassOptions.quotes + accents(kept: false) + lowercase(true)
        case "RemBertTokenizer": ClassOptions.quotes + accents(kept: true) + lowercase(false)
        case "XLNetTokenizer": ClassOptions.quotes + accents(kept: false) + lowercase(false)
        case "DebertaV2Tokenizer": lowercase(false)
        default: []
        }
    }

    private func bert(_ name: String) -> ClassRule {
        ClassRule(
            name: name, model: .wordPiece,
            normalizer: ClassOptions.step(
                "BertNormalizer",
                .init("clean_text", .boolean(name != "FunnelTokenizer" || config.boolean("clean_text") ?? true)),
                .init("handle_chinese_chars", .boolean(config.boolean("tokenize_chinese_chars") ?? true)),
                .init("strip_accents", config.boolean("strip_accents").map { .boolean($0) } ?? .null),
                .init("lowercase", .boolean(config.boolean("do_lower_case") ?? true))),
            preTokenizer: ClassOptions.step("BertPreTokenizer"),
            options: ["do_lower_case", "strip_accents", "tokenize_chinese_chars"])
    }

    private func byteLevelStep(prefixes: Bool, usesPattern: Bool = true) -> JSONBuilder {
        ClassOptions.step(
            "ByteLevel", .init("add_prefix_space", .boolean(config.boolean("add_prefix_space") ?? prefixes)),
            .init("trim_offsets", .boolean(true)), .init("use_regex", .boolean(usesPattern)))
    }

    private func byteLevel(_ name: String, prefixes: Bool, normalizer: JSONBuilder = .null) -> ClassRule {
        ClassRule(
            name: name, model: .bpe, normalizer: normalizer, preTokenizer: byteLevelStep(prefixes: prefixes),
            options: ["add_prefix_space"])
    }

    private func qwen(_ name: String, pattern: String) -> ClassRule {
        let split = ClassOptions.step(
            "Split", .init("pattern", .object([.init("Regex", .text(pattern))])), .init("behavior", .text("Isolated")),
            .init("invert", .boolean(false)))
        return ClassRule(
            name: name, model: .bpe, normalizer: ClassOptions.step("NFC"),
            preTokenizer: ClassOptions.cuts([split, byteLevelStep(prefixes: false, usesPattern: false)]),
            options: ["add_prefix_space"])
    }

    /// A rule for SentencePiece models.
    ///
    /// - Parameters:
    ///   - words: whether white space cuts before the sign of a word's start is put in.
    ///   - cuts: what cuts before.
    ///   - takesPrefix: whether `add_prefix_space` counts.
    ///   - without: the prepend scheme without a prefix.
    private func unigram(
        _ name: String, _ normalizers: [JSONBuilder], words: Bool = false, cuts: [JSONBuilder] = [],
        takesPrefix: Bool = true, without: String = "never", options: [String]
    ) -> ClassRule {
        let prefixes = takesPrefix ? config.boolean("add_prefix_space") ?? true : true
        let start = words ? [ClassOptions.step("WhitespaceSplit")] : cuts
        return ClassRule(
            name: name, model: .unigram,
            normalizer: ClassOptions.step("Sequence", .init("normalizers", .array(normalizers))),
            preTokenizer: ClassOptions.cuts(start + [metaspace(prefixes ? "always" : without, splits: true)]),
            options: options)
    }

    private func metaspace(_ scheme: String, splits: Bool) -> JSONBuilder {
        ClassOptions.step(
            "Metaspace", .init("replacement", .text("▁")), .init("prepend_scheme", .text(scheme)),
            .init("split", .boolean(splits)))
    }

    private var map: [JSONBuilder] {
        characterMap.map { [ClassOptions.step("Precompiled", .init("precompiled_charsmap", $0))] } ?? []
    }

    private func lowercase(_ standard: Bool) -> [JSONBuilder] {
        config.boolean("do_lower_case") ?? standard ? [ClassOptions.step("Lowercase")] : []
    }

    private func accents(kept standard: Bool) -> [JSONBuilder] {
        config.boolean("keep_accents") ?? standard ? [] : ClassOptions.withoutAccents
    }

    private static let withoutAccents = [step("NFKD"), step("StripAccents")]
    private static let quotes = ["``", "''"].map { quote in
        step("Replace", .init("pattern", .object([.init("String", .text(quote))])), .init("content", .text("\"")))
    }
    private static let cleaned = [
        step(
            "Replace", .init("pattern", .object([.init("Regex", .text(#"\s{2,}|[\n\r\t]"#))])),
            .init("content", .text(" "))),
        step("NFC"),
        step("Strip", .init("strip_left", .boolean(false)), .init("strip_right", .boolean(true))),
    ]

    private static func spaces(_ content: String) -> JSONBuilder {
        step("Replace", .init("pattern", .object([.init("Regex", .text(" {2,}"))])), .init("content", .text(content)))
    }

    private static func cuts(_ steps: [JSONBuilder]) -> JSONBuilder {
        step("Sequence", .init("pretokenizers", .array(steps)))
    }

    private static func step(_ type: String, _ members: JSONBuilder.Member...) -> JSONBuilder {
        .object([.init("type", .text(type))] + members)
    }
}
