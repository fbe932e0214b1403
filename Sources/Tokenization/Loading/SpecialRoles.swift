internal import JSON
internal import Vocabularies

/// Finds out which token plays which role.
enum SpecialRoles {
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

    /// The texts that a `tokenizer_config.json` or `special_tokens_map.json` gives roles: `bos_token` and its like, a string or an
    /// object with `content`.
    static func texts(in json: JSONValue) -> [SpecialRole: [UInt8]] {
        var texts: [SpecialRole: [UInt8]] = [:]
        for role in SpecialRole.allCases {
            guard let value = json[role.rawValue + "_token"] else { continue }
            texts[role] = value.bytes ?? value["content"]?.bytes
        }
        return texts
    }

    /// The ids by role: what is configured counts first, then what the tokenizer's own file says, then what is common.
    static func ids(
        configured: [SpecialRole: [UInt8]], own: [SpecialRole: [UInt8]], postProcessor: PostProcessor,
        id: ([UInt8]) -> Int32?
    ) -> [SpecialRole: Int] {
        var ids: [SpecialRole: Int] = [:]
        for (role, common) in wellKnown {
            let candidates = [configured[role], own[role]].compactMap { $0 } + common.map { Array($0.utf8) }
            ids[role] = candidates.lazy.compactMap(id).first.map(Int.init)
        }
        let frame = postProcessor.frame
        if ids[.beginning] == nil, ids[.classification] == nil { ids[.beginning] = frame.before.first.map(Int.init) }
        if ids[.end] == nil, ids[.separator] == nil { ids[.end] = frame.after.last.map(Int.init) }
        return ids
    }
}
