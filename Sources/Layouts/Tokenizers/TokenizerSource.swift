internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// The tokenizer of a folder of transformers, as its files say it and as it works.
struct TokenizerSource {
    /// tokenizer.json; of a tokenizer that comes as a list, what it would say beside its tokens.
    let json: JSONValue
    /// The pieces of a SentencePiece model that has no tokenizer.json beside it.
    let pieces: PieceList?
    /// tokenizer_config.json, where there is one.
    let config: JSONValue?
    /// The chat template; nil where there is none.
    let template: String?
    /// How it works.
    let tokenizer: Tokenizer
    /// The tokens by id; nil where an id has none.
    let tokens: [[UInt8]?]
    /// What of them is looked for in text before all others, by id: whether it is special.
    let added: [Int: Bool]
    /// Those of them that take blanks around them along, or are only found as words, or in text that was normalised.
    let particular: [(content: String, isNormalized: Bool)]
    private let path: FilePath

    /// Reads the tokenizer in `folder`, for a table of `rows` rows.
    ///
    /// - Throws: `FocusError` or `TokenizerError` where there is none, or it is not one that can be read.
    init(_ folder: FilePath, rows: Int) throws {
        let configPath = folder.appending("tokenizer_config.json")
        config = FolderContents.isFile(configPath) ? try JSONFile.read(configPath).root : nil
        template = try TokenizerSource.template(config, in: folder)
        tokenizer = try Tokenizer.load(folder)
        guard rows <= 1 << 26 else { throw FocusError("has a table of \(rows) rows, more than is read", path: folder) }
        if let (lists, path) = try TokenizerLists.read(folder) {
            self.path = path
            (pieces, json) = try TokenizerSource.described(lists)
            (tokens, added) = try TokenizerSource.listed(tokenizer, pieces, rows: rows, at: path)
            particular = []
            return
        }
        let path = folder.appending("tokenizer.json")
        self.path = path
        guard FolderContents.isFile(path) else {
            throw FocusError(
                "has neither a tokenizer.json nor a SentencePiece model, tekken.json or file of tiktoken, of which "
                    + "GGUF's tokenizer is made: load and save the tokenizer in transformers, which writes one",
                path: folder)
        }
        (json, pieces) = (try JSONFile.read(path, limits: JSONLimits()).root, nil)
        var placed = [[UInt8]?](repeating: nil, count: rows)
        var marked: [Int: Bool] = [:]
        var particular: [(content: String, isNormalized: Bool)] = []
        func place(_ token: [UInt8], _ id: Int) throws(FocusError) {
            try TokenizerSource.check(id, of: token, rows: rows, at: path)
            placed[id] = token
        }
        let vocabulary = json["model"]?["vocab"]
        if vocabulary?.kind == .object {
            for member in (vocabulary ?? json).members { try place(member.key, member.value.integer ?? -1) }
        } else if vocabulary?.kind == .array {
            for (id, entry) in (vocabulary ?? json).elements.enumerated() {
                var parts = entry.elements.makeIterator()
                try place(parts.next()?.bytes ?? [], id)
            }
        }
        for entry in json["added_tokens"]?.elements ?? json.elements {
            guard let content = entry["content"]?.bytes, let id = entry["id"]?.integer else { continue }
            try place(content, id)
            marked[id] = entry["special"]?.boolean ?? false
            let isParticular = ["lstrip", "rstrip", "single_word"].contains { entry[$0]?.boolean == true }
            let isNormalized = entry["normalized"]?.boolean == true
            if isParticular || isNormalized {
                particular.append((String(decoding: content, as: UTF8.self), isNormalized && !isParticular))
            }
        }
        for member in (config?["added_tokens_decoder"] ?? json).members {
            guard let id = Int(String(decoding: member.key, as: UTF8.self)),
                let content = member.value["content"]?.bytes
            else { continue }
            if id >= 0, id < rows, placed[id] == nil { placed[id] = content }
            if id >= 0, id < rows, placed[id] == content { marked[id] = member.value["special"]?.boolean ?? false }
        }
        tokens = placed
        added = marked
        self.particular = particular
    }

    /// Throws where a token has an id that the model has no row for.
    static func check(_ id: Int, of token: [UInt8], rows: Int, at path: FilePath) throws(FocusError) {
        guard id < 0 || id >= rows else { return }
        throw FocusError(
            "has the token '\(String(decoding: token, as: UTF8.self))' with the id \(id), but the model's table has "
                + "\(rows) rows: specialize it for this tokenizer, or resize it in transformers", path: path)
    }

    /// A sentence about the tokenizer.
    func invalid(_ message: String) -> FocusError {
        FocusError(message, path: path)
    }

    /// The id that plays a role.
    func id(_ role: SpecialRole) -> Int? {
        // One that its class would add has no row.
        tokenizer.vocabulary.roles[role].flatMap { $0 < tokens.count && tokens[$0] != nil ? $0 : nil }
    }

    /// The tokens that are put before a text and after it.
    ///
    /// - Throws: `TokenizerError` where no text can be cut.
    func around() throws -> (before: [Int], after: [Int]) {
        let bare = try tokenizer.encode(Array("a".utf8)).map(Int.init)
        let whole = try tokenizer.encode(Array("a".utf8), addSpecialTokens: true).map(Int.init)
        guard whole.count >= bare.count,
            let start = (0...whole.count - bare.count).first(where: {
                Array(whole[$0..<$0 + bare.count]) == bare
            })
        else { return ([], []) }
        return (Array(whole[..<start]), Array(whole[(start + bare.count)...]))
    }

    private static func template(_ config: JSONValue?, in folder: FilePath) throws -> String? {
        let file = folder.appending("chat_template.jinja")
        if FolderContents.isFile(file) {
            let contents = try MappedFile(file).withBytes { $0.copied }
            return String(decoding: contents, as: UTF8.self)
        }
        guard let template = config?["chat_template"] else { return nil }
        if let text = template.string { return text }
        return template.elements.first { $0["name"]?.string == "default" }?["template"]?.string
    }
}
