internal import JSON

/// What a tokenizer is made of that is made like no other: how text is prepared, its special tokens and its decoder.
package enum StandardFrame: String, Sendable, CaseIterable {
    /// BPE over bytes, as GPT-2's: every text can be spelled, and spaces stay.
    case byteLevel = "byte-level"
    /// BPE over characters, rare ones spelled in bytes; spaces are `▁`, digits stand alone.
    case bpe
    /// Unigram, rare characters spelled in bytes; spaces are `▁`, text is brought to NFKC.
    case unigram
    /// WordPiece, as BERT's: words and punctuation apart; spaces are not kept.
    case wordPiece = "wordpiece"

    /// The special tokens in the order of their ids, with the roles that tokenizer_config.json names.
    private var special: [(token: String, role: String)] {
        switch self {
        case .byteLevel: [("<|endoftext|>", "eos_token"), ("<|padding|>", "pad_token")]
        case .bpe: [("<unk>", "unk_token"), ("<s>", "bos_token"), ("</s>", "eos_token"), ("<pad>", "pad_token")]
        case .unigram:
            [
                ("<s>", "bos_token"), ("<pad>", "pad_token"), ("</s>", "eos_token"), ("<unk>", "unk_token"),
                ("<mask>", "mask_token"),
            ]
        case .wordPiece:
            [
                ("[PAD]", "pad_token"), ("[UNK]", "unk_token"), ("[CLS]", "cls_token"), ("[SEP]", "sep_token"),
                ("[MASK]", "mask_token"),
            ]
        }
    }

    private func id(_ token: String) -> Int {
        special.firstIndex { $0.token == token } ?? 0
    }

    /// tokenizer.json, with no tokens but the special ones and those of bytes.
    func tokenizer(further: [String]) -> JSONBuilder {
        let added = (special.map(\.token) + further).enumerated().map { id, token in
            JSONBuilder.object([
                .init("id", .integer(id)), .init("content", .text(token)), .init("single_word", .boolean(false)),
                .init("lstrip", .boolean(token == "<mask>")), .init("rstrip", .boolean(false)),
                .init("normalized", .boolean(false)), .init("special", .boolean(true)),
            ])
        }
        return .object([
            .init("version", .text("1.0")), .init("truncation", .null), .init("padding", .null),
            .init("added_tokens", .array(added)), .init("normalizer", normalizer),
            .init("pre_tokenizer", preTokenizer), .init("post_processor", postProcessor), .init("decoder", decoder),
            .init("model", model(further)),
        ])
    }

    /// tokenizer_config.json.
    func config(further: [String]) -> JSONBuilder {
        var members = special.map { JSONBuilder.Member($0.role, .text($0.token)) }
        if self == .unigram {
            members += [.init("cls_token", .text("<s>")), .init("sep_token", .text("</s>"))]
        }
        if !further.isEmpty { members.append(.init("additional_special_tokens", .texts(further))) }
        return .object(
            [
                .init("tokenizer_class", .text("PreTrainedTokenizerFast")),
                .init("clean_up_tokenization_spaces", .boolean(false)),
            ] + members)
    }

    private static func part(_ type: String, _ members: JSONBuilder.Member...) -> JSONBuilder {
        .object([.init("type", .text(type))] + members)
    }

    private static func replace(_ pattern: JSONBuilder.Member, _ content: String) -> JSONBuilder {
        part("Replace", .init("pattern", .object([pattern])), .init("content", .text(content)))
    }

    private var normalizer: JSONBuilder {
        switch self {
        case .byteLevel: .null
        case .bpe:
            StandardFrame.part(
                "Sequence",
                .init(
                    "normalizers",
                    .array([
                        StandardFrame.part("Prepend", .init("prepend", .text("▁"))),
                        StandardFrame.replace(.init("String", .text(" ")), "▁"),
                    ])))
        case .unigram:
            StandardFrame.part(
                "Sequence",
                .init(
                    "normalizers",
                    .array([
                        StandardFrame.part("Nmt"), StandardFrame.part("NFKC"),
                        StandardFrame.replace(.init("Regex", .text(" {2,}")), " "),
                    ])))
        case .wordPiece:
            StandardFrame.part(
                "BertNormalizer", .init("clean_text", .boolean(true)), .init("handle_chinese_chars", .boolean(true)),
                .init("strip_accents", .boolean(false)), .init("lowercase", .boolean(false)))
        }
    }

    private var metaspace: JSONBuilder {
        StandardFrame.part(
            "Metaspace", .init("replacement", .text("▁")), .init("prepend_scheme", .text("always")),
            .init("split", .boolean(true)))
    }

    private var byteLevel: JSONBuilder {
        StandardFrame.part(
            "ByteLevel", .init("add_prefix_space", .boolean(false)), .init("trim_offsets", .boolean(true)),
            .init("use_regex", .boolean(true)))
    }

    private var preTokenizer: JSONBuilder {
        switch self {
        case .byteLevel: byteLevel
        case .bpe: .null
        case .unigram: metaspace
        case .wordPiece: StandardFrame.part("BertPreTokenizer")
        }
    }

    private var decoder: JSONBuilder {
        switch self {
        case .byteLevel: byteLevel
        case .bpe, .unigram:
            StandardFrame.part(
                "Sequence",
                .init(
                    "decoders",
                    .array([
                        StandardFrame.replace(.init("String", .text("▁")), " "), StandardFrame.part("ByteFallback"),
                        StandardFrame.part("Fuse"),
                        StandardFrame.part(
                            "Strip", .init("content", .text(" ")), .init("start", .integer(1)),
                            .init("stop", .integer(0))),
                    ])))
        case .wordPiece:
            StandardFrame.part("WordPiece", .init("prefix", .text("##")), .init("cleanup", .boolean(false)))
        }
    }

    private var postProcessor: JSONBuilder {
        switch self {
        case .byteLevel: byteLevel
        case .bpe: frame("<s>", nil)
        case .unigram: frame("<s>", "</s>")
        case .wordPiece: frame("[CLS]", "[SEP]")
        }
    }

    /// A template that puts a token before each text, and maybe one behind it.
    private func frame(_ first: String, _ last: String?) -> JSONBuilder {
        func token(_ text: String, _ type: Int) -> JSONBuilder {
            .object([
                .init("SpecialToken", .object([.init("id", .text(text)), .init("type_id", .integer(type))]))
            ])
        }
        func text(_ name: String, _ type: Int) -> JSONBuilder {
            .object([.init("Sequence", .object([.init("id", .text(name)), .init("type_id", .integer(type))]))])
        }
        let second = self == .wordPiece ? 1 : 0
        let end = last.map { [token($0, 0)] } ?? []
        let secondEnd = last.map { [token($0, second)] } ?? []
        let secondStart = self == .wordPiece ? [] : [token(first, 0)]
        let tokens = ([first] + (last.map { [$0] } ?? [])).map { name in
            JSONBuilder.Member(
                name,
                .object([
                    .init("id", .text(name)), .init("ids", .integers([id(name)])), .init("tokens", .texts([name])),
                ]))
        }
        return StandardFrame.part(
            "TemplateProcessing", .init("single", .array([token(first, 0), text("A", 0)] + end)),
            .init(
                "pair",
                .array([token(first, 0), text("A", 0)] + end + secondStart + [text("B", second)] + secondEnd)),
            .init("special_tokens", .object(tokens)))
    }

    private func model(_ further: [String]) -> JSONBuilder {
        let bytes = self == .bpe || self == .unigram ? (0..<256).map { StandardFrame.byteToken($0) } : []
        let tokens = special.map(\.token) + further + bytes
        let vocabulary = JSONBuilder.object(tokens.enumerated().map { .init($1, .integer($0)) })
        switch self {
        case .byteLevel: return StandardFrame.part("BPE", .init("vocab", vocabulary), .init("merges", .array([])))
        case .bpe:
            return StandardFrame.part(
                "BPE", .init("unk_token", .text("<unk>")), .init("fuse_unk", .boolean(true)),
                .init("byte_fallback", .boolean(true)), .init("vocab", vocabulary), .init("merges", .array([])))
        case .unigram:
            let pieces = tokens.map { JSONBuilder.array([.text($0), .double(0)]) }
            return StandardFrame.part(
                "Unigram", .init("unk_id", .integer(id("<unk>"))), .init("byte_fallback", .boolean(true)),
                .init("vocab", .array(pieces)))
        case .wordPiece:
            return StandardFrame.part(
                "WordPiece", .init("unk_token", .text("[UNK]")), .init("continuing_subword_prefix", .text("##")),
                .init("max_input_chars_per_word", .integer(100)), .init("vocab", vocabulary))
        }
    }

    private static func byteToken(_ byte: Int) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(digits.count < 2 ? "0" : "")\(digits)>"
    }
}
