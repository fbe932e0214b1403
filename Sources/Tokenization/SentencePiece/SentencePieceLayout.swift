internal import Vocabularies

/// How a tokenizer class numbers the pieces of a SentencePiece model, and what it puts around a text.
///
/// The numbers are those of the slow tokenizers that models were trained with, which conversions to fast ones keep
/// (transformers 4.57 and 5.24, tokenization_*.py and convert_slow_tokenizer.py).
struct SentencePieceLayout {
    /// Where ids come from.
    enum Numbering {
        /// The pieces' own numbers, which are the ids.
        case plain
        /// These tokens stand in the place of the first `replaced` pieces.
        case after(head: [(text: String, score: Float)], replaced: Int)
        /// The ids are those of vocab.json.
        case listed
    }

    var numbering = Numbering.plain
    /// Tokens that come after the pieces, but for those that are pieces.
    var tail: [String] = []
    /// The id of the unknown token where the model's own is not it.
    var unknownID: Int?
    /// Tokens before and after a text.
    var frame: (before: [String], after: [String]) = ([], [])
    /// The texts that roles have where nothing names them.
    var roles: [SpecialRole: String] = [:]
    /// What is done to a text before the model's own normalization, by the class whose options say it.
    var preparedBy: String?

    /// The layout of the class that `config` names, with or without "Fast"; plain numbers where none is named.
    ///
    /// - Throws: `TokenizerError` for classes whose numbers are not known here, by name.
    init(_ config: TokenizerConfig) throws(TokenizerError) {
        let name = config.tokenizerClass.map { $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0 }
        guard let name, !SentencePieceLayout.plainClasses.contains(name) else {
            addsEnds(config, first: name == "CodeLlamaTokenizer")
            return
        }
        guard fairseq(name, config) || framed(name, config) || listed(name, config) else {
            throw TokenizerError(
                .unsupported,
                "belongs to a '\(TokenName(Array(name.utf8)))', and how that class numbers the pieces of its model is "
                    + "not known here: " + UnreadableFiles.cure)
        }
    }

    /// Classes that number pieces as they stand and put nothing around a text but what `add_bos_token` and
    /// `add_eos_token` ask for.
    private static let plainClasses: Set<String> = [
        "LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "MistralTokenizer", "YiTokenizer",
        "BaichuanTokenizer",
        "InternLMTokenizer", "InternLM2Tokenizer", "InternLM3Tokenizer", "OrionTokenizer", "GPTSw3Tokenizer",
        "BertGenerationTokenizer", "ReformerTokenizer", "Siglip2Tokenizer", "HeliumTokenizer", "PreTrainedTokenizer",
        "TokenizersBackend", "SentencePieceBackend", "PreTrainedTokenizerFast",
    ]

    /// The tokens that play `role`, by name or as usual.
    private func text(_ config: TokenizerConfig, _ role: SpecialRole) -> String? {
        config.roles[role].map { String(decoding: $0, as: UTF8.self) } ?? roles[role]
    }

    private mutating func addsEnds(_ config: TokenizerConfig, first: Bool) {
        if config.boolean("add_bos_token") ?? first { frame.before = [text(config, .beginning) ?? "<s>"] }
        if config.boolean("add_eos_token") == true { frame.after = [text(config, .end) ?? "</s>"] }
    }

    private mutating func put(_ before: [String?], _ after: [String?]) {
        frame = (before.compactMap { $0 }, after.compactMap { $0 })
    }

    private static let fairseqRoles: [SpecialRole: String] = [
        .beginning: "<s>", .end: "</s>", .classification: "<s>", .separator: "</s>", .unknown: "<unk>",
        .padding: "<pad>", .mask: "<mask>",
    ]

    /// Families that number as fairseq does: four tokens, the pieces from the fourth on, their own.
    private mutating func fairseq(_ name: String, _ config: TokenizerConfig) -> Bool {
        roles = SentencePieceLayout.fairseqRoles
        numbering = .after(head: ["<s>", "<pad>", "</s>", "<unk>"].map { ($0, 0) }, replaced: 3)
        unknownID = 3
        let (start, end) = (text(config, .classification), text(config, .separator))
        let source = config.string("src_lang")
        switch name {
        case "XLMRobertaTokenizer", "LayoutXLMTokenizer", "MLukeTokenizer", "XLMRobertaXLTokenizer":
            tail = ["<mask>"]
            put([start], [end])
        case "MBartTokenizer":
            tail = LanguageCodes.mBART + ["<mask>"]
            put([], [text(config, .end), source ?? "en_XX"])
        case "MBart50Tokenizer":
            tail = LanguageCodes.mBART50 + ["<mask>"]
            put([source ?? "en_XX"], [text(config, .end)])
        case "NllbTokenizer":
            tail = LanguageCodes.nllb + ["<mask>"]
            let code = source ?? "eng_Latn"
            if config.boolean("legacy_behaviour") == true {
                put([], [text(config, .end), code])
            } else {
                put([code], [text(config, .end)])
            }
        case "PLBartTokenizer":
            let isMulti = config.string("language_codes") == "multi"
            tail =
                ["__java__", "__python__", "__en_XX__"]
                + (isMulti ? ["__javascript__", "__php__", "__ruby__", "__go__"] : ["<mask>"])
            let code = source.map { $0.hasPrefix("__") ? $0 : "__\($0)__" } ?? (isMulti ? "__en_XX__" : nil)
            put([], [text(config, .end), code])
        case "XGLMTokenizer":
            roles[.mask] = nil
            tail = (0..<7).map { "<madeupword\($0)>" }
            put([text(config, .end)], [])
        case "SeamlessM4TTokenizer":
            roles[.mask] = nil
            numbering = .after(head: ["<pad>", "<unk>", "<s>", "</s>"].map { ($0, 0) }, replaced: 3)
            unknownID = 1
            put(
                [config.string("src_lang").map { $0.hasPrefix("__") ? $0 : "__\($0)__" } ?? "__eng__"],
                [text(config, .end)])
        case "CamembertTokenizer":
            numbering = .after(
                head: [("<s>NOTUSED", 0), ("<pad>", 0), ("</s>NOTUSED", 0), ("<unk>", 0), ("<unk>NOTUSED", -100)],
                replaced: 1)
            tail = ["<mask>"]
            put([start], [end])
        default:
            roles = [:]
            (numbering, unknownID) = (.plain, nil)
            return false
        }
        return true
    }

    /// Families whose ids are the pieces' own, perhaps after others, and who put tokens around a text.
    private mutating func framed(_ name: String, _ config: TokenizerConfig) -> Bool {
        switch name {
        case "T5Tokenizer", "MT5Tokenizer", "UMT5Tokenizer", "LongT5Tokenizer", "VideoPrismTokenizer", "UdopTokenizer":
            roles = [.end: "</s>", .unknown: "<unk>", .padding: "<pad>"]
            let count = min(max(config.integer("extra_ids") ?? 100, 0), 10_000)
            tail = name == "UdopTokenizer" ? [] : (0..<count).reversed().map { "<extra_id_\($0)>" }
            put([], [text(config, .end)])
        case "SiglipTokenizer", "SpeechT5Tokenizer":
            roles = [.end: "</s>", .unknown: "<unk>"]
            put([], [text(config, .end)])
        case "BarthezTokenizer":
            roles = SentencePieceLayout.fairseqRoles
            unknownID = 3
            put([text(config, .classification)], [text(config, .separator)])
        case "AlbertTokenizer", "FNetTokenizer", "RemBertTokenizer":
            roles = [
                .beginning: "[CLS]", .end: "[SEP]", .unknown: "<unk>", .separator: "[SEP]", .padding: "<pad>",
                .classification: "[CLS]", .mask: "[MASK]",
            ]
            preparedBy = name
            put([text(config, .classification)], [text(config, .separator)])
        case "BigBirdTokenizer":
            roles = [
                .beginning: "<s>", .end: "</s>", .unknown: "<unk>", .separator: "[SEP]", .padding: "<pad>",
                .classification: "[CLS]", .mask: "[MASK]",
            ]
            put([text(config, .classification)], [text(config, .separator)])
        case "DebertaV2Tokenizer":
            roles = [
                .beginning: "[CLS]", .end: "[SEP]", .unknown: "[UNK]", .separator: "[SEP]", .padding: "[PAD]",
                .classification: "[CLS]", .mask: "[MASK]",
            ]
            preparedBy = name
            put([text(config, .classification)], [text(config, .separator)])
        case "XLNetTokenizer":
            roles = SentencePieceLayout.fairseqRoles
            (roles[.classification], roles[.separator]) = ("<cls>", "<sep>")
            preparedBy = name
            put([], [text(config, .separator), text(config, .classification)])
        case "PegasusTokenizer", "BigBirdPegasusTokenizer":
            pegasus(config)
        default: return false
        }
        return true
    }

    /// Pegasus: padding and end, two masks, tokens for the unknown up to `offset`, the pieces from the third on.
    private mutating func pegasus(_ config: TokenizerConfig) {
        roles = [.end: "</s>", .unknown: "<unk>", .padding: "<pad>", .mask: "<mask_2>"]
        let offset = min(max(config.integer("offset") ?? 103, 0), 10_000)
        put([], [text(config, .end)])
        guard offset > 1 else { return }
        let sentence = config.isNull("mask_token_sent") ? nil : config.string("mask_token_sent") ?? "<mask_1>"
        let named = [text(config, .padding), text(config, .end), sentence, text(config, .mask)].compactMap { $0 }
        // As many that pieces have their number and the offset.
        let unknown = (0..<max(offset + 2 - named.count, 0)).map { "<unk_\($0 + 2)>" }
        numbering = .after(head: named.map { ($0, 0) } + unknown.map { ($0, -100) }, replaced: 2)
    }

    /// Families whose ids stand in vocab.json.
    private mutating func listed(_ name: String, _ config: TokenizerConfig) -> Bool {
        numbering = .listed
        roles = SentencePieceLayout.fairseqRoles
        roles[.mask] = nil
        switch name {
        case "M2M100Tokenizer":
            let codes = config.string("language_codes") == "wmt21" ? LanguageCodes.wmt21 : LanguageCodes.m2m100
            tail = codes.map { "__\($0)__" }
            put(["__\(config.string("src_lang") ?? "en")__"], [text(config, .end)])
        case "MarianTokenizer":
            (roles[.beginning], roles[.classification], roles[.separator]) = (nil, nil, nil)
            put([], [text(config, .end)])
        case "Speech2TextTokenizer" where config.boolean("do_upper_case") != true:
            (roles[.classification], roles[.separator]) = (nil, nil)
            put([], [text(config, .end)])
        default:
            (numbering, roles) = (.plain, [:])
            return false
        }
        return true
    }

    /// The pieces of a model in the order of their ids, and the id of the unknown one.
    func arranged(_ pieces: [SentencePieceModel.Piece]) -> (pieces: [SentencePieceModel.Piece], unknownID: Int?) {
        func special(_ text: String, _ score: Float) -> SentencePieceModel.Piece {
            .init(text: Array(text.utf8), score: score, kind: .control)
        }
        var arranged = pieces
        if case .after(let head, let replaced) = numbering {
            arranged = head.map { special($0.text, $0.score) } + pieces.dropFirst(replaced)
        }
        if case .listed = numbering { return (arranged, arranged.firstIndex { $0.kind == .unknown }) }
        let known = Set(arranged.map(\.text))
        arranged += tail.filter { !known.contains(Array($0.utf8)) }.map { special($0, 0) }
        let chosen = unknownID.flatMap { arranged.indices.contains($0) ? $0 : nil }
        return (arranged, chosen ?? unknown(in: arranged))
    }

    private func unknown(in pieces: [SentencePieceModel.Piece]) -> Int? {
        pieces.firstIndex { $0.kind == .unknown }
    }
}
