internal import Replacement
internal import Tokenization

/// The tokenizer that a GGUF file carries.
struct GGUFTokenizer {
    /// `llama`, `gpt2`, `bert` or `t5`.
    let model: String
    /// The tokens by id, no two alike.
    let tokens: [[UInt8]]
    /// What each is.
    let kinds: [PieceKind]
    /// The scores by id; empty where the model has none.
    let scores: [Double]
    /// What each kind of special token is, by the name of its role: `bos`, `eos`, `unknown`, ...
    let roles: [String: Int]
    let metadata: GGUFMetadata

    private static let prefix = "tokenizer.ggml."

    /// Reads and checks it.
    ///
    /// - Throws: `FocusError` where there is none, or its lists contradict each other.
    init(_ metadata: GGUFMetadata) throws(FocusError) {
        self.metadata = metadata
        guard let model = metadata.text("tokenizer.ggml.model"),
            var tokens = try metadata.texts("tokenizer.ggml.tokens"), !tokens.isEmpty
        else {
            throw FocusError(
                "carries no tokenizer (tokenizer.ggml.model and tokens): it is part of a model, or of "
                    + "another kind", path: metadata.path)
        }
        guard ["llama", "gpt2", "bert", "t5"].contains(model) else {
            throw metadata.invalid(
                "tokenizer.ggml.model",
                "a tokenizer that is not converted here: llama, gpt2, bert "
                    + "and t5 are")
        }
        func list<Element>(_ name: String, _ read: (String) throws(FocusError) -> [Element]?) throws(FocusError)
            -> [Element]
        {
            guard let list = try read(GGUFTokenizer.prefix + name) else { return [] }
            guard list.count == tokens.count else {
                throw FocusError(
                    "has \(tokens.count) tokens, but \(list.count) in 'tokenizer.ggml.\(name)': it is "
                        + "damaged", path: metadata.path)
            }
            return list
        }
        let codes = try list("token_type") { (key) throws(FocusError) in try metadata.integers(key) }
        // 0 stands for what nobody said.
        kinds = codes.isEmpty ? tokens.map { _ in .normal } : codes.map { PieceKind(rawValue: $0) ?? .normal }
        scores = try list("scores") { (key) throws(FocusError) in try metadata.numbers(key) }
        GGUFTokenizer.tellApart(&tokens)
        self.model = model
        self.tokens = tokens
        var roles: [String: Int] = [:]
        for role in ["bos", "eos", "unknown", "seperator", "padding", "cls", "mask"] {
            if let id = try metadata.size("\(GGUFTokenizer.prefix)\(role)_token_id"), id < tokens.count {
                roles[role] = id
            }
        }
        self.roles = roles
    }

    /// Gives tokens that are there twice, as what pads a table is, names of their own: a JSON object has each once.
    private static func tellApart(_ tokens: inout [[UInt8]]) {
        var seen: Set<[UInt8]> = []
        seen.reserveCapacity(tokens.count)
        for index in tokens.indices where !seen.insert(tokens[index]).inserted {
            var name = tokens[index]
            repeat { name += Array("[\(index)]".utf8) } while !seen.insert(name).inserted
            tokens[index] = name
        }
    }

    /// Whether `key` says so; `usual` where it says nothing.
    func flag(_ name: String, usual: Bool) throws(FocusError) -> Bool {
        try metadata.truth(GGUFTokenizer.prefix + name) ?? usual
    }

    /// The token of a role.
    func token(_ role: String) -> [UInt8]? {
        roles[role].map { tokens[$0] }
    }

    /// The sign that stands for a space in pieces.
    static let blank = Array("\u{2581}".utf8)

    /// Whether `token` is nothing but spaces, or signs of them.
    static func isBlank(_ token: [UInt8]) -> Bool {
        !token.isEmpty
            && String(decoding: token, as: UTF8.self).unicodeScalars.allSatisfy { $0 == " " || $0 == "\u{2581}" }
    }
}
