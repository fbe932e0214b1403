internal import JSON
internal import Replacement
internal import Tokenization

/// WordPiece and Unigram, and what all tokenizers have.
extension HuggingFaceTokenizer {
    /// WordPiece, which llama.cpp calls `bert`: words begin with a sign there, and what follows has none.
    func words() throws(FocusError) -> [Member] {
        func spelled(_ token: [UInt8], _ id: Int) -> [UInt8] {
            if token.starts(with: GGUFTokenizer.blank) { return Array(token.dropFirst(GGUFTokenizer.blank.count)) }
            let isSpecial =
                tokenizer.kinds[id] == .control || tokenizer.roles.values.contains(id)
                || token.first == UInt8(ascii: "[") && token.last == UInt8(ascii: "]")
            return isSpecial ? token : Array("##".utf8) + token
        }
        let unknown = tokenizer.token("unknown") ?? Array("[UNK]".utf8)
        let lowers = try tokenizer.flag("normalizer.lowercase", usual: true)
        let strips = try tokenizer.flag("normalizer.strip_accents", usual: lowers)
        let model = TokenizerComponent.object([
            ("type", Array("\"WordPiece\"".utf8)), ("unk_token", JSONBuilder.string(unknown).written()),
            ("continuing_subword_prefix", Array("\"##\"".utf8)), ("max_input_chars_per_word", Array("100".utf8)),
            ("vocab", vocabulary(spelled)),
        ])
        let normalizer = TokenizerComponent.make(
            "BertNormalizer",
            [
                .init("clean_text", .boolean(true)), .init("handle_chinese_chars", .boolean(true)),
                .init("strip_accents", .boolean(strips)), .init("lowercase", .boolean(lowers)),
            ])
        let decoder = TokenizerComponent.make(
            "WordPiece", [.init("prefix", .text("##")), .init("cleanup", .boolean(true))])
        return [
            ("normalizer", normalizer.written()),
            ("pre_tokenizer", TokenizerComponent.make("BertPreTokenizer").written()),
            ("decoder", decoder.written()), ("model", model),
        ]
    }

    /// SentencePiece's Unigram, which llama.cpp calls `t5`.
    func unigrams() throws(FocusError) -> [Member] {
        guard tokenizer.scores.count == tokenizer.tokens.count, let unknown = tokenizer.roles["unknown"] else {
            throw FocusError(
                "has no 'tokenizer.ggml.scores', or no token for the unknown, without which a Unigram "
                    + "model cannot cut text", path: tokenizer.metadata.path)
        }
        let prefix = try tokenizer.flag("add_space_prefix", usual: true)
        var normalizers: [JSONBuilder] = []
        if let map = try tokenizer.metadata.integers("tokenizer.ggml.precompiled_charsmap"), !map.isEmpty {
            let bytes = map.compactMap { UInt8(exactly: $0) ?? Int8(exactly: $0).map(UInt8.init(bitPattern:)) }
            guard bytes.count == map.count else {
                throw tokenizer.metadata.invalid("tokenizer.ggml.precompiled_charsmap", "not bytes: it is damaged")
            }
            normalizers.append(
                TokenizerComponent.make(
                    "Precompiled", [.init("precompiled_charsmap", .string(Base64.text(bytes)))]))
        }
        if try tokenizer.flag("remove_extra_whitespaces", usual: false) {
            normalizers.append(
                TokenizerComponent.make(
                    "Replace",
                    [.init("pattern", .object([.init("Regex", .text(" {2,}"))])), .init("content", .text(" "))]))
            normalizers.append(
                TokenizerComponent.make(
                    "Strip", [.init("strip_left", .boolean(true)), .init("strip_right", .boolean(true))]))
        }
        var vocabulary = [UInt8(ascii: "[")]
        for (id, token) in tokenizer.tokens.enumerated() {
            if id > 0 { vocabulary.append(UInt8(ascii: ",")) }
            // As the float was written, not as a double has it.
            let score = Float(tokenizer.scores[id])
            vocabulary += JSONBuilder.array([
                .string(token), .number(score.isFinite ? score.description : "0.0"),
            ]).written()
        }
        vocabulary.append(UInt8(ascii: "]"))
        let model = TokenizerComponent.object([
            ("type", Array("\"Unigram\"".utf8)), ("unk_id", Array("\(unknown)".utf8)),
            ("byte_fallback", Array("\(tokenizer.kinds.contains(.byte))".utf8)), ("vocab", vocabulary),
        ])
        return [
            (
                "normalizer",
                normalizers.isEmpty
                    ? Array("null".utf8) : TokenizerComponent.sequence("normalizers", normalizers).written()
            ),
            ("pre_tokenizer", TokenizerComponent.metaspace(prepends: prefix).written()),
            ("decoder", TokenizerComponent.metaspace(prepends: prefix).written()), ("model", model),
        ]
    }

    /// The tokens that are looked for in text before anything else.
    func addedTokens() -> JSONBuilder {
        let roles = Set(tokenizer.roles.values)
        var added: [JSONBuilder] = []
        for (id, token) in tokenizer.tokens.enumerated() {
            let kind = tokenizer.kinds[id]
            let isSpecial = kind == .control || kind == .unknown || roles.contains(id)
            guard isSpecial || kind == .userDefined && !(tokenizer.model == "llama" && GGUFTokenizer.isBlank(token))
            else { continue }
            added.append(
                .object([
                    .init("id", .integer(id)), .init("content", .string(token)), .init("single_word", .boolean(false)),
                    .init("lstrip", .boolean(false)), .init("rstrip", .boolean(false)),
                    .init("normalized", .boolean(false)), .init("special", .boolean(isSpecial)),
                ]))
        }
        return .array(added)
    }

    /// What is put around a text: which tokens, before it and after it.
    private func around() throws(FocusError) -> (before: Int?, after: Int?) {
        if tokenizer.model == "bert" {
            return (
                tokenizer.roles["cls"] ?? tokenizer.roles["bos"],
                tokenizer.roles["seperator"]
                    ?? tokenizer.roles["eos"]
            )
        }
        let begins: Bool
        switch tokenizer.model {
        case "llama": begins = true
        case "gpt2": begins = beginsText
        default: begins = false
        }
        let before = try tokenizer.flag("add_bos_token", usual: begins) ? tokenizer.roles["bos"] : nil
        let after = try tokenizer.flag("add_eos_token", usual: tokenizer.model == "t5") ? tokenizer.roles["eos"] : nil
        return (before, after)
    }

    /// The post-processor.
    func frame() throws(FocusError) -> JSONBuilder {
        let (before, after) = try around()
        guard before != nil || after != nil else { return .null }
        func special(_ id: Int, _ type: Int) -> JSONBuilder {
            .object([
                .init(
                    "SpecialToken",
                    .object([
                        .init("id", .string(tokenizer.tokens[id])),
                        .init("type_id", .integer(type)),
                    ]))
            ])
        }
        func text(_ name: String, _ type: Int) -> JSONBuilder {
            .object([.init("Sequence", .object([.init("id", .text(name)), .init("type_id", .integer(type))]))])
        }
        func part(_ name: String, _ type: Int, begins: Bool) -> [JSONBuilder] {
            (begins ? before.map { [special($0, type)] } ?? [] : []) + [text(name, type)]
                + (after.map { [special($0, type)] } ?? [])
        }
        let ids = Set([before, after].compactMap { $0 }).sorted()
        let second = tokenizer.model == "bert" ? 1 : 0
        return TokenizerComponent.make(
            "TemplateProcessing",
            [
                .init("single", .array(part("A", 0, begins: true))),
                .init(
                    "pair",
                    .array(
                        part("A", 0, begins: true) + part("B", second, begins: tokenizer.model != "bert"))),
                .init(
                    "special_tokens",
                    .object(
                        ids.map { id in
                            JSONBuilder.Member(
                                key: tokenizer.tokens[id],
                                .object([
                                    .init("id", .string(tokenizer.tokens[id])), .init("ids", .integers([id])),
                                    .init("tokens", .array([.string(tokenizer.tokens[id])])),
                                ]))
                        })),
            ])
    }

    /// tokenizer_config.json.
    ///
    /// - Throws: `FocusError` where the file contradicts itself.
    func config(contextLength: Int?) throws(FocusError) -> JSONBuilder {
        var members: [JSONBuilder.Member] = [
            .init("tokenizer_class", .text("PreTrainedTokenizerFast")),
            .init("clean_up_tokenization_spaces", .boolean(false)),
        ]
        if let contextLength { members.append(.init("model_max_length", .integer(contextLength))) }
        let names = [
            ("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("sep", "seperator"), ("pad", "padding"),
            ("cls", "cls"), ("mask", "mask"),
        ]
        for (name, role) in names {
            if let token = tokenizer.token(role) { members.append(.init("\(name)_token", .string(token))) }
        }
        if let template = tokenizer.metadata.text("tokenizer.chat_template") {
            members.append(.init("chat_template", .text(template)))
        }
        return .object(members)
    }
}
