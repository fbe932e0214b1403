internal import JSON
internal import Tokenization
internal import Vocabularies

/// A tokenizer of transformers as GGUF has it.
struct GGUFVocabulary {
    let source: TokenizerSource
    var builder: GGUFMetadataBuilder
    /// What llama.cpp does otherwise.
    var notes: [String] = []

    static let prefix = "tokenizer.ggml."

    /// Adds what llama.cpp needs of `source` to `builder`.
    ///
    /// - Throws: `FocusError` where it is of a kind that llama.cpp does not have.
    init(_ source: TokenizerSource, _ builder: GGUFMetadataBuilder) throws {
        self.source = source
        self.builder = builder
        let json = source.json
        if let pieces = source.pieces {
            putListed(pieces)
            try putRoles()
            if let template = source.template { self.builder.set("tokenizer.chat_template", text: template) }
            return
        }
        switch json["model"]?["type"]?.string {
        case "WordPiece": try putWords()
        case "Unigram": try putUnigrams()
        case "BPE", nil:
            guard json["model"]?["merges"] != nil else { fallthrough }
            if GGUFVocabulary.spellsBytes(json) { try putMerged() } else { try putPieces() }
        default:
            throw source.invalid(
                "is a tokenizer of the type '\(json["model"]?["type"]?.string ?? "?")', which llama.cpp does not "
                    + "have: BPE, WordPiece and Unigram can be written")
        }
        noteParticular()
        try putRoles()
        if let template = source.template { self.builder.set("tokenizer.chat_template", text: template) }
    }

    /// Whether text becomes the letters that GPT-2 has for bytes.
    private static func spellsBytes(_ json: JSONValue) -> Bool {
        for part in [json["pre_tokenizer"], json["normalizer"]] {
            guard let part else { continue }
            let parts =
                [part] + Array(part["pretokenizers"]?.elements ?? part.elements)
                + Array(part["normalizers"]?.elements ?? part.elements)
            if parts.contains(where: { $0["type"]?.string == "ByteLevel" }) { return true }
        }
        return false
    }

    /// Writes tokens and kinds; ids without a token get a name of their own.
    private mutating func putTokens(_ unknown: Int?, _ spelled: ([UInt8], PieceKind) -> [UInt8]) {
        var kinds: [Int] = []
        var tokens: [[UInt8]] = []
        for (id, token) in source.tokens.enumerated() {
            let kind: PieceKind
            switch (token, source.added[id]) {
            case (nil, _): kind = .unused
            case _ where id == unknown: kind = .unknown
            case (_, true?): kind = .control
            case (_, false?): kind = .userDefined
            case (let token?, nil): kind = GGUFVocabulary.isByte(token) && unknown != nil ? .byte : .normal
            }
            kinds.append(kind.rawValue)
            tokens.append(token.map { spelled($0, kind) } ?? Array("[PAD\(id)]".utf8))
        }
        builder.set("\(GGUFVocabulary.prefix)tokens", texts: tokens)
        builder.set("\(GGUFVocabulary.prefix)token_type", integers: kinds)
    }

    /// Whether `token` stands for a byte: `<0x0A>`.
    private static func isByte(_ token: [UInt8]) -> Bool {
        token.count == 6 && token.starts(with: Array("<0x".utf8)) && token.last == UInt8(ascii: ">")
    }

    /// Notes the added tokens that llama.cpp finds in other places: it looks for all of them as they are spelled.
    private mutating func noteParticular() {
        let model = builder.read["\(GGUFVocabulary.prefix)model"]
        let names = source.particular.filter { !$0.isNormalized || model == "llama" || model == "t5" }.map(\.content)
        guard let first = names.first else { return }
        let shown = names.count > 8 ? names.prefix(8).joined(separator: "', '") + "', …" : nil
        notes.append(
            "llama.cpp looks for added tokens as they are spelled, without lstrip, rstrip, single_word and normalized, "
                + "so that blanks and words around some are cut otherwise: '"
                + (shown ?? (names.count == 1 ? "\(first)'" : names.joined(separator: "', '") + "'")))
    }

    // MARK: Models

    /// BPE on bytes.
    private mutating func putMerged() throws {
        let json = source.json
        builder.set("\(GGUFVocabulary.prefix)model", text: "gpt2")
        putTokens(nil) { token, _ in token }
        builder.set(
            "\(GGUFVocabulary.prefix)merges",
            texts: try MergeList(source).pairs.map { $0.left + [UInt8(ascii: " ")] + $0.right })
        guard let cut = json["pre_tokenizer"], !cut.isNull else {
            throw source.invalid("does not cut text before it merges, which llama.cpp always does for BPE on bytes")
        }
        let ignores = json["model"]?["ignore_merges"]?.boolean ?? false
        let choice = try PreTokenizerChoice(cut, ignoresMerges: ignores)
        builder.set("\(GGUFVocabulary.prefix)pre", text: choice.name)
        if let note = choice.note { notes.append(note) }
        if let normalizer = json["normalizer"], !normalizer.isNull {
            notes.append(
                "llama.cpp does not normalise text for BPE on bytes ('\(normalizer["type"]?.string ?? "normalizer")'): "
                    + "text that this changes is cut otherwise")
        }
    }

    /// BPE on characters with bytes for what is unknown, as SentencePiece has it.
    private mutating func putPieces() throws {
        let json = source.json
        guard json["model"]?["byte_fallback"]?.boolean == true, source.added.count <= source.tokens.count,
            let unknown = source.id(.unknown)
                ?? json["model"]?["unk_token"]?.bytes.flatMap({ source.tokens.firstIndex(of: $0) })
        else {
            throw source.invalid(
                "is a BPE of characters without byte_fallback or without an unknown token, which llama.cpp does not "
                    + "have: train a byte-level one, or one with byte_fallback")
        }
        builder.set("\(GGUFVocabulary.prefix)model", text: "llama")
        builder.set("\(GGUFVocabulary.prefix)pre", text: "default")
        putTokens(unknown) { token, kind in
            kind == .userDefined && GGUFTokenizer.isBlank(token)
                ? Array(String(decoding: token, as: UTF8.self).replacing("\u{2581}", with: " ").utf8) : token
        }
        let merges = try MergeList(source)
        let scores = merges.scores(count: source.tokens.count, added: source.added)
        builder.set("\(GGUFVocabulary.prefix)scores", numbers: scores)
        if let note = merges.note(scores: scores, source) { notes.append(note) }
        builder.set("\(GGUFVocabulary.prefix)add_space_prefix", truth: prependsSpace)
    }

    private var prependsSpace: Bool {
        let parts = [source.json["normalizer"], source.json["pre_tokenizer"]].compactMap { $0 }
        let all =
            parts + parts.flatMap { Array($0["normalizers"]?.elements ?? $0.elements) }
            + parts.flatMap { Array($0["pretokenizers"]?.elements ?? $0.elements) }
        return all.contains { part in
            switch part["type"]?.string {
            case "Prepend": true
            case "Metaspace":
                part["prepend_scheme"]?.string.map { $0 != "never" } ?? part["add_prefix_space"]?.boolean ?? true
            default: false
            }
        }
    }

    private mutating func putWords() throws {
        builder.set("\(GGUFVocabulary.prefix)model", text: "bert")
        builder.set("\(GGUFVocabulary.prefix)pre", text: "default")
        putTokens(nil) { token, kind in
            if kind != .normal { return token }
            if token.starts(with: Array("##".utf8)) { return Array(token.dropFirst(2)) }
            return GGUFTokenizer.blank + token
        }
        let normalizer = source.json["normalizer"]
        let lowers = normalizer?["lowercase"]?.boolean ?? false
        let strips = normalizer?["strip_accents"]?.boolean ?? lowers
        builder.set("\(GGUFVocabulary.prefix)normalizer.lowercase", truth: lowers)
        builder.set("\(GGUFVocabulary.prefix)normalizer.strip_accents", truth: strips)
        if !lowers || !strips {
            notes.append(
                "text is not lowercased, or keeps its accents: versions of llama.cpp before 2026 do both to every BERT")
        }
    }

    private mutating func putUnigrams() throws {
        builder.set("\(GGUFVocabulary.prefix)model", text: "t5")
        builder.set("\(GGUFVocabulary.prefix)pre", text: "default")
        putTokens(source.id(.unknown) ?? source.json["model"]?["unk_id"]?.integer) { token, _ in token }
        var scores = [Float](repeating: 0, count: source.tokens.count)
        for (id, entry) in (source.json["model"]?["vocab"]?.elements ?? source.json.elements).enumerated()
        where id < scores.count {
            var parts = entry.elements.makeIterator()
            _ = parts.next()
            scores[id] = Float(parts.next()?.double ?? 0)
        }
        builder.set("\(GGUFVocabulary.prefix)scores", numbers: scores)
        builder.set("\(GGUFVocabulary.prefix)add_space_prefix", truth: prependsSpace)
        let normalizer = source.json["normalizer"]
        let parts = [normalizer].compactMap { $0 } + Array(normalizer?["normalizers"]?.elements ?? source.json.elements)
        if let text = parts.compactMap({ $0["precompiled_charsmap"]?.bytes }).first, let map = Base64.decode(text) {
            builder.set("\(GGUFVocabulary.prefix)precompiled_charsmap", bytes: map)
        }
        let cuts = source.json["pre_tokenizer"]
        let splits = [cuts].compactMap { $0 } + Array(cuts?["pretokenizers"]?.elements ?? source.json.elements)
        builder.set(
            "\(GGUFVocabulary.prefix)remove_extra_whitespaces",
            truth: splits.contains { $0["type"]?.string == "WhitespaceSplit" }
                || parts.contains { $0["type"]?.string == "Replace" || $0["type"]?.string == "Strip" })
    }

    // MARK: Roles

    private mutating func putRoles() throws {
        let (before, after) = try source.around()
        let names: [(SpecialRole, String)] = [
            (.beginning, "bos"), (.end, "eos"), (.unknown, "unknown"), (.separator, "seperator"), (.padding, "padding"),
            (.classification, "cls"), (.mask, "mask"),
        ]
        for (role, name) in names {
            var id = source.id(role) ?? source.pieces?.roles[role]
            // What really stands around text is what llama.cpp has to put there.
            if role == .beginning, let first = before.first { id = first }
            if role == .end, let last = after.last { id = last }
            if let id { builder.set("\(GGUFVocabulary.prefix)\(name)_token_id", size: id) }
        }
        // A SentencePiece model does not say; what is trained with one begins texts, and llama.cpp does it, too.
        let isUnsaid = source.pieces.map { !$0.isUnigram } ?? false && source.config?["add_bos_token"]?.boolean == nil
        builder.set("\(GGUFVocabulary.prefix)add_bos_token", truth: !before.isEmpty || isUnsaid)
        builder.set("\(GGUFVocabulary.prefix)add_eos_token", truth: !after.isEmpty)
        if before.count > 1 || after.count > 1 {
            notes.append("llama.cpp puts one token before text and one after it; this tokenizer puts more")
        }
    }
}
