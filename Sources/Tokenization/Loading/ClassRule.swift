internal import Vocabularies
internal import JSON

/// How a class of transformers prepares text, where that is not what its tokenizer.json says.
///
/// Many classes of transformers 5 (5.24) take from a tokenizer.json only the vocabulary, the merges, the post-processor
/// and the map of characters, and make their normalizer and pre-tokenizer anew of the options in tokenizer_config.json;
/// an option that is not there has the default of the class. In 4.x the same classes change the options within the
/// components of the file. Both come to the same for files that the class wrote itself; where they do not, version 5 is
/// followed, for it is what loads the file today. Classes without such options, and `PreTrainedTokenizerFast` and
/// `TokenizersBackend`, leave the file as it is. `add_bos_token` and `add_eos_token` do not count beside a
/// tokenizer.json in version 5.
struct ClassRule {
    /// The kinds of models that the class can load.
    enum Model: String {
        case wordPiece = "WordPiece"
        case bpe = "BPE"
        case unigram = "Unigram"
    }

    /// The class, without "Fast".
    let name: String
    let model: Model
    /// The normalizer, in the words of tokenizer.json.
    let normalizer: JSONBuilder
    /// The pre-tokenizer, in the words of tokenizer.json.
    let preTokenizer: JSONBuilder
    /// The options of tokenizer_config.json that the class reads.
    let options: [String]

    /// Puts what the class does into the place of what the file says, where the two treat text differently, and remarks
    /// on it.
    static func apply(to parts: inout TokenizerParts, root: JSONValue, config: TokenizerConfig) throws(TokenizerError) {
        guard let name = config.rulingClass(isByteLevel: parts.spelling == .byteLevel) else { return }
        parts.rulingClass = name
        let source = ClassOptions(config: config, characterMap: characterMap(of: root["normalizer"]))
        guard let rule = source.rule(for: name), rule.model.rawValue == root["model"]?["type"]?.string else { return }
        let normalizer = try NormalizerFactory.make(ComponentJSON.value(rule.normalizer))
        let preTokenizer = try PreTokenizerFactory.make(ComponentJSON.value(rule.preTokenizer))
        let own = TextPreparation(normalizer: parts.normalizer, preTokenizer: parts.preTokenizer)
        let other = TextPreparation(normalizer: normalizer, preTokenizer: preTokenizer)
        guard own.differs(from: other) else { return }
        parts.normalizer = normalizer
        parts.preTokenizer = preTokenizer
        let said = rule.options.compactMap { option in config.described(option).map { "\(option): \($0)" } }
        parts.remarks.append(
            "the class \(name) that the tokenizer's folder names prepares text otherwise than its tokenizer.json says"
                + (said.isEmpty ? "" : " (\(said.joined(separator: ", ")))")
                + ": text is tokenized as that class does it in transformers 5")
    }

    /// The map of characters of the file's normalizer, base64.
    private static func characterMap(of normalizer: JSONValue?) -> JSONBuilder? {
        guard let normalizer else { return nil }
        if normalizer["type"]?.string == "Precompiled" {
            return normalizer["precompiled_charsmap"]?.bytes.flatMap { $0.isEmpty ? nil : .string($0) }
        }
        return normalizer["normalizers"]?.elements.lazy.compactMap { characterMap(of: $0) }.first
    }
}

/// What happens to a text before the model sees it.
struct TextPreparation {
    let normalizer: (any Normalizer)?
    let preTokenizer: (any PreTokenizer)?

    /// Texts that tell preparations apart: letters of both cases, accents, blanks everywhere, line ends, digits,
    /// punctuation, other scripts.
    private static let probes = [
        "Haus", " Haus", "haus und HOF", "Größe  Café e\u{301}té", "a\nb\tc ", "x 12345 y",
        "don't, (he said) \u{201C}no\u{201D}!",
        "中文 text漢字", "\u{FB01}n \u{FF21}", "``x''", "\u{A0}x\u{200B}y", "▁x",
    ]

    /// The pieces that the model sees; nil where a step gives up.
    private func pieces(of text: String) -> [[UInt8]]? {
        var normalized = NormalizedText(bytes: Array(text.utf8), startsAtOrigin: true)
        normalizer?.normalize(&normalized)
        var cut = PreTokenizedText(normalized)
        if !normalized.bytes.isEmpty { preTokenizer?.split(&cut) }
        cut.spell()
        guard normalized.failure == nil, cut.failure == nil else { return nil }
        return cut.pieces.filter { !$0.isEmpty }.map { Array(cut.bytes[$0]) }
    }

    /// Whether some text comes out otherwise by `other`.
    func differs(from other: TextPreparation) -> Bool {
        TextPreparation.probes.contains { pieces(of: $0) != other.pieces(of: $0) }
    }
}

extension TokenizerConfig {
    /// The class whose rules apply, as `AutoTokenizer` of transformers 5.24 chooses it; nil where the file is taken as
    /// it is.
    func rulingClass(isByteLevel: Bool) -> String? {
        let named = namedClass.map { $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0 }
        guard let modelType, let registered = ClassByModelType.name(modelType) else {
            return named == "LlamaTokenizer" && isByteLevel ? nil : named
        }
        let isDistrusted = ClassByModelType.distrustsNames(of: modelType)
        if named == "LlamaTokenizer", isByteLevel, !isDistrusted { return nil }
        guard let named, named != registered else { return registered == ClassByModelType.backend ? nil : registered }
        if registered == ClassByModelType.backend { return nil }
        return isDistrusted ? registered : named
    }

    /// The value of an option, for messages; nil where it is not given.
    func described(_ option: String) -> String? {
        boolean(option).map { "\($0)" } ?? (isNull(option) ? "null" : nil)
    }
}
