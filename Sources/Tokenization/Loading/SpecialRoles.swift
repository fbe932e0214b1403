internal import Vocabularies

/// Finds out which token plays which role, and how that is known.
struct SpecialRoles {
    /// The ids by role.
    private(set) var ids: [SpecialRole: Int] = [:]
    /// How they are known.
    private(set) var record = RoleRecord()

    /// Texts that tokenizers of many families give a role, most common first.
    private static let wellKnown: [(SpecialRole, [String])] = [
        (.beginning, ["<s>", "<bos>", "<|begin_of_text|>", "<|startoftext|>", "[BOS]", "<|endoftext|>"]),
        (.end, ["</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>", "[EOS]"]),
        (.classification, ["[CLS]", "<cls>"]),
        (.separator, ["[SEP]", "<sep>"]),
        (.padding, ["<pad>", "[PAD]", "<|pad|>", "<|padding|>", "<|finetune_right_pad_id|>"]),
        (.unknown, ["<unk>", "[UNK]", "<|unk|>"]),
        (.mask, ["<mask>", "[MASK]", "<|mask|>"]),
    ]

    /// What is known of the tokens of one tokenizer.
    struct Tokens {
        /// The id of a text.
        var id: ([UInt8]) -> Int32?
        /// The text of an id; nil where there is none.
        var text: (Int32) -> [UInt8]?
        /// Whether an id is a special token's.
        var isSpecial: (Int32) -> Bool
        /// Whether any token is special.
        var hasSpecial: Bool
    }

    /// The roles: what stands around a text counts first, then what is configured, then what the tokenizer's own file
    /// says, then what is common.
    init(config: TokenizerConfig, own: [SpecialRole: [UInt8]], postProcessor: PostProcessor, tokens: Tokens) {
        for (role, named) in config.tokens.roles {
            if let id = tokens.id(named.token.content) { set(role, Int(id), named.origin) }
        }
        let played = frame(postProcessor, tokens)
        for (role, text) in own where ids[role] == nil {
            if let id = tokens.id(text) { set(role, Int(id), .usual) }
        }
        configure(from: config, tokens, beginsText: played.before != nil)
        for (role, common) in SpecialRoles.wellKnown where ids[role] == nil && !config.tokens.unassigned.contains(role)
        {
            // An ordinary token may read so, too: Gemma has an HTML tag, and Qwen a leftover.
            let id = common.lazy.map { Array($0.utf8) }.compactMap(tokens.id).first {
                tokens.isSpecial($0) || !tokens.hasSpecial
            }
            guard let id, role != .beginning || record.unplayed[role] == nil else { continue }
            set(role, Int(id), .usual)
        }
        play(played)
    }

    private mutating func set(_ role: SpecialRole, _ id: Int, _ origin: RoleRecord.Origin) {
        ids[role] = id
        record.origins[role] = origin
    }

    /// The first token before a text and the last one after it, but for codes of languages, which change from text to
    /// text.
    private func frame(_ processor: PostProcessor, _ tokens: Tokens) -> (before: Int?, after: [Int]) {
        func isWanted(_ id: Int32) -> Bool { tokens.text(id).map { !SpecialRoles.isLanguage($0) } ?? false }
        let frame = processor.frame
        return (frame.before.first(where: isWanted).map(Int.init), frame.after.filter(isWanted).map(Int.init))
    }

    /// Whether a text is the code of a language: `de_DE`, `deu_Latn`, `__de__`, `<lang:de>`, `<|de|>`.
    private static func isLanguage(_ text: [UInt8]) -> Bool {
        let code = String(decoding: text, as: UTF8.self)
        for (open, close) in [("__", "__"), ("<lang:", ">"), ("<|", "|>")]
        where code.hasPrefix(open) && code.hasSuffix(close) && code.utf8.count <= open.utf8.count + close.utf8.count + 3
        {
            return true
        }
        let parts = code.split(separator: "_", omittingEmptySubsequences: false)
        return parts.count == 2 && (2...3).contains(parts[0].utf8.count) && (2...4).contains(parts[1].utf8.count)
            && parts[0].utf8.allSatisfy { 0x61...0x7A ~= $0 } && parts[1].utf8.first.map { 0x41...0x5A ~= $0 } == true
    }

    /// Takes over the ids that the model's configurations give. What they call the beginning of a text is not one where
    /// the tokenizer puts nothing there: the model never saw it.
    private mutating func configure(from config: TokenizerConfig, _ tokens: Tokens, beginsText: Bool) {
        for role in SpecialRole.allCases where ids[role] == nil {
            for (id, origin) in config.ids(of: role) {
                guard let number = TokenID.checked(id), tokens.text(number) != nil else { continue }
                if role == .beginning, !beginsText {
                    record.unplayed[role] = RoleRecord.Unplayed(id: id, origin: origin)
                } else {
                    set(role, id, origin)
                }
                break
            }
        }
    }

    /// Gives the tokens around a text the roles that they play there.
    private mutating func play(_ frame: (before: Int?, after: [Int])) {
        var played: [SpecialRole: Int] = [:]
        if let first = frame.before {
            if ids[.classification] == first { played[.classification] = first }
            if ids[.classification] != first || ids[.beginning] == first { played[.beginning] = first }
        }
        for id in frame.after {
            // XLNet puts what classifies at the end.
            if ids[.classification] == id, frame.before == nil {
                played[.classification] = id
                continue
            }
            if ids[.separator] == id { played[.separator] = id }
            if ids[.separator] != id || ids[.end] == id { played[.end] = id }
        }
        for (role, id) in played { set(role, id, .text) }
        record.putAroundText = played
    }
}
