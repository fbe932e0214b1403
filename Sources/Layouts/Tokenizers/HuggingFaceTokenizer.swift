internal import Tokenization
internal import JSON
internal import Replacement

/// tokenizer.json and tokenizer_config.json of a tokenizer that was read from GGUF.
struct HuggingFaceTokenizer {
    let tokenizer: GGUFTokenizer
    /// What the user should know.
    private(set) var notes: [String] = []
    private let pattern: PreTokenizerPatterns?

    /// Whether llama.cpp puts a token before text where the file does not say.
    var beginsText: Bool { pattern?.beginsText ?? false }

    /// Looks up what `tokenizer` needs.
    ///
    /// - Throws: `FocusError` where its way of cutting text is not known here.
    init(_ tokenizer: GGUFTokenizer) throws(FocusError) {
        self.tokenizer = tokenizer
        guard tokenizer.model == "gpt2" else {
            pattern = nil
            return
        }
        let name = tokenizer.metadata.text("tokenizer.ggml.pre") ?? "default"
        guard let pattern = PreTokenizerPatterns.named(name) else {
            throw tokenizer.metadata.invalid(
                "tokenizer.ggml.pre",
                "a way of cutting text that is not known here: take tokenizer.json from where "
                    + "the model came from")
        }
        self.pattern = pattern
    }

    /// A member and its value, as JSON.
    typealias Member = (name: String, value: [UInt8])

    /// The text of tokenizer.json.
    ///
    /// - Throws: `FocusError` where a list is missing or contradicts another.
    func json() throws(FocusError) -> [UInt8] {
        let parts: [Member]
        switch tokenizer.model {
        case "llama": parts = try pieces()
        case "gpt2": parts = try merged()
        case "bert": parts = try words()
        default: parts = try unigrams()
        }
        let outer: [Member] =
            [
                ("version", Array("\"1.0\"".utf8)), ("truncation", Array("null".utf8)),
                ("padding", Array("null".utf8)), ("added_tokens", addedTokens().written()),
            ] + parts.filter { $0.name != "model" }
            + [("post_processor", try frame().written())] + parts.filter { $0.name == "model" }
        return TokenizerComponent.object(outer)
    }

    /// Tokens and their ids, as a JSON object.
    func vocabulary(_ spelled: ([UInt8], Int) -> [UInt8] = { token, _ in token }) -> [UInt8] {
        JSONBuilder.object(
            tokenizer.tokens.enumerated().map { .init(key: spelled($1, $0), .integer($0)) }
        ).written()
    }

    // MARK: Models

    /// SentencePiece's BPE, which llama.cpp calls `llama`.
    private func pieces() throws(FocusError) -> [Member] {
        guard tokenizer.scores.count == tokenizer.tokens.count else {
            throw FocusError(
                "has no 'tokenizer.ggml.scores', which say what its tokens are made of",
                path: tokenizer.metadata.path)
        }
        let prefix = try tokenizer.flag("add_space_prefix", usual: true)
        // User-defined spaces are merged before all others, as SentencePiece takes them first.
        let spelled = tokenizer.tokens.enumerated().map { spell($1, $0) }
        let scores: [Double?] = tokenizer.scores.enumerated().map { id, score in
            switch tokenizer.kinds[id] {
            case .normal, .unused: score
            case .userDefined: GGUFTokenizer.isBlank(tokenizer.tokens[id]) ? .infinity : nil
            default: nil
            }
        }
        var merges = [UInt8(ascii: "[")]
        for (index, merge) in PieceMerges.all(spelled, scores: scores).enumerated() {
            if index > 0 { merges.append(UInt8(ascii: ",")) }
            merges += JSONBuilder.array([.string(spelled[merge.left]), .string(spelled[merge.right])]).written()
        }
        merges.append(UInt8(ascii: "]"))
        let unknown = tokenizer.token("unknown").map { JSONBuilder.string($0) } ?? .null
        let model = TokenizerComponent.object([
            ("type", Array("\"BPE\"".utf8)), ("dropout", Array("null".utf8)), ("unk_token", unknown.written()),
            ("continuing_subword_prefix", Array("null".utf8)), ("end_of_word_suffix", Array("null".utf8)),
            ("fuse_unk", Array("true".utf8)), ("byte_fallback", Array("true".utf8)),
            ("ignore_merges", Array("false".utf8)), ("vocab", vocabulary(spell)), ("merges", merges),
        ])
        let blank = "\u{2581}"
        let normalizers =
            (prefix ? [TokenizerComponent.make("Prepend", [.init("prepend", .text(blank))])] : [])
            + [TokenizerComponent.replace(" ", blank)]
        let strip = TokenizerComponent.make(
            "Strip", [.init("content", .text(" ")), .init("start", .integer(1)), .init("stop", .integer(0))])
        let decoders =
            [
                TokenizerComponent.replace(blank, " "), TokenizerComponent.make("ByteFallback"),
                TokenizerComponent.make("Fuse"),
            ] + (prefix ? [strip] : [])
        return [
            ("normalizer", TokenizerComponent.sequence("normalizers", normalizers).written()),
            ("pre_tokenizer", Array("null".utf8)),
            ("decoder", TokenizerComponent.sequence("decoders", decoders).written()), ("model", model),
        ]
    }

    /// A piece as the merges know it: spaces of user-defined tokens are signs again.
    private func spell(_ token: [UInt8], _ id: Int) -> [UInt8] {
        guard tokenizer.model == "llama", tokenizer.kinds[id] == .userDefined, GGUFTokenizer.isBlank(token) else {
            return token
        }
        return Array(String(decoding: token, as: UTF8.self).replacing(" ", with: "\u{2581}").utf8)
    }

    /// BPE on bytes, which llama.cpp calls `gpt2`.
    private func merged() throws(FocusError) -> [Member] {
        guard let merges = try tokenizer.metadata.texts("tokenizer.ggml.merges"), let pattern else {
            throw FocusError(
                "has no 'tokenizer.ggml.merges', without which its tokens cannot be made",
                path: tokenizer.metadata.path)
        }
        var known: Set<[UInt8]> = []
        known.reserveCapacity(tokenizer.tokens.count)
        for token in tokenizer.tokens { known.insert(token) }
        var pairs = [UInt8(ascii: "[")]
        for merge in merges {
            guard let cut = merge.dropFirst().firstIndex(of: UInt8(ascii: " ")), cut + 1 < merge.count else {
                throw tokenizer.metadata.invalid("tokenizer.ggml.merges", "of which one is no pair: it is damaged")
            }
            let (left, right) = (Array(merge[..<cut]), Array(merge[(cut + 1)...]))
            // llama.cpp does not look for what cannot be found; tokenizers refuses such a file.
            guard known.contains(left), known.contains(right), known.contains(left + right) else { continue }
            if pairs.count > 1 { pairs.append(UInt8(ascii: ",")) }
            pairs += JSONBuilder.array([.string(left), .string(right)]).written()
        }
        pairs.append(UInt8(ascii: "]"))
        let model = TokenizerComponent.object([
            ("type", Array("\"BPE\"".utf8)), ("dropout", Array("null".utf8)), ("unk_token", Array("null".utf8)),
            ("continuing_subword_prefix", Array("null".utf8)), ("end_of_word_suffix", Array("null".utf8)),
            ("fuse_unk", Array("false".utf8)), ("byte_fallback", Array("false".utf8)),
            ("ignore_merges", Array("\(pattern.ignoresMerges)".utf8)), ("vocab", vocabulary()), ("merges", pairs),
        ])
        let decoder = TokenizerComponent.make(
            "ByteLevel",
            [
                .init("add_prefix_space", .boolean(true)), .init("trim_offsets", .boolean(true)),
                .init("use_regex", .boolean(true)),
            ])
        return [
            ("normalizer", Array("null".utf8)), ("pre_tokenizer", pattern.json.written()),
            ("decoder", decoder.written()), ("model", model),
        ]
    }
}
