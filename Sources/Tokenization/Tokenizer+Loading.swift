internal import Files
public import SystemPackage
public import Vocabularies

extension Tokenizer {
    /// Loads the tokenizer at `path`.
    ///
    /// - Parameter path: a folder with `tokenizer.json`, or else with Mistral's `tekken.json`, with `vocab.json` and
    ///   `merges.txt`, with `vocab.txt`, with a known file of tiktoken or with a SentencePiece model; or one such file.
    ///   In a folder, `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json`, `config.json` and
    ///   `generation_config.json` say which tokens are added, which role each plays and how text is prepared, as they
    ///   do for transformers. The ids of a SentencePiece model are its own where no class is named; where one is
    ///   named, they are those of the class, or it is refused by name.
    /// - Throws: `TokenizerError` that names the file, where there is no tokenizer at `path`, a file of it cannot be
    ///   read or contradicts itself, or asks for a component or class that is not known.
    public static func load(_ path: FilePath) throws(TokenizerError) -> Tokenizer {
        try load(path, vocabularyOnly: false)
    }

    /// Loads a tokenizer from the contents of a tokenizer.json, beside which there is nothing.
    ///
    /// - Throws: `TokenizerError` where they are no tokenizer, or contradict themselves.
    package static func load(tokenizerJSON contents: [UInt8]) throws(TokenizerError) -> Tokenizer {
        try TokenizerJSON.read(contents).assembled(TokenizerConfig())
    }

    /// The vocabulary of the tokenizer at `path`, which may be what `load` takes: quicker where nothing is to be
    /// encoded.
    ///
    /// - Throws: `TokenizerError` as `load` does, but for what is wrong with merges only.
    public static func vocabulary(at path: FilePath) throws(TokenizerError) -> Vocabulary {
        try load(path, vocabularyOnly: true).vocabulary
    }

    private static func load(_ path: FilePath, vocabularyOnly: Bool) throws(TokenizerError) -> Tokenizer {
        if TokenizerFileBytes.isFolder(path) { return try load(folder: path, vocabularyOnly: vocabularyOnly) }
        let bytes = try TokenizerFileBytes.read(path)
        switch path.lastComponent?.string ?? "" {
        case "merges.txt": return try load(merges: path, vocab: path.removingLastComponent().appending("vocab.json"))
        case "vocab.json":
            let merges = path.removingLastComponent().appending("merges.txt")
            if TokenizerFileBytes.exists(merges) { return try load(merges: merges, vocab: path) }
        default: break
        }
        return try located(path) { () throws(TokenizerError) in
            try parts(bytes, name: path.lastComponent?.string ?? "", vocabularyOnly: vocabularyOnly)
                .assembled(TokenizerConfig())
        }
    }

    /// The parts of a single file, which is told by its first bytes, and by its name where others begin alike.
    private static func parts(
        _ bytes: [UInt8], name: String, vocabularyOnly: Bool
    ) throws(TokenizerError) -> TokenizerParts {
        guard let first = bytes.first(where: { $0 > 0x20 }) else {
            throw TokenizerError(.unrecognized, "is empty, not a tokenizer")
        }
        if name.hasSuffix(".txt") { return try VocabTextFile.read(bytes, config: TokenizerConfig()) }
        // A SentencePiece model begins with its first piece, field 1; a byte order mark may precede JSON.
        if TekkenFile.isName(name) { return try TekkenFile.read(bytes) }
        if TiktokenFile.recognizes(bytes) { return try TiktokenFile.read(bytes, name: name) }
        if first == UInt8(ascii: "{") || bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return try TokenizerJSON.read(bytes, vocabularyOnly: vocabularyOnly)
        }
        return try SentencePieceTokenizer.read(bytes, config: TokenizerConfig())
    }

    private static func load(folder: FilePath, vocabularyOnly: Bool) throws(TokenizerError) -> Tokenizer {
        let config = try TokenizerConfig(folder: folder)
        if let bytes = try TokenizerFileBytes.readIfPresent(folder.appending("tokenizer.json")) {
            return try located(folder.appending("tokenizer.json")) { () throws(TokenizerError) in
                try TokenizerJSON.read(bytes, vocabularyOnly: vocabularyOnly, config: config).assembled(config)
            }
        }
        if let bytes = try TokenizerFileBytes.readIfPresent(folder.appending("tekken.json")) {
            return try located(folder.appending("tekken.json")) { () throws(TokenizerError) in
                try TekkenFile.read(bytes).assembled(config)
            }
        }
        let merges = folder.appending("merges.txt")
        let vocab = folder.appending("vocab.json")
        if TokenizerFileBytes.exists(merges), TokenizerFileBytes.exists(vocab) {
            return try load(merges: merges, vocab: vocab, config: config)
        }
        if let bytes = try TokenizerFileBytes.readIfPresent(folder.appending("vocab.txt")) {
            return try located(folder.appending("vocab.txt")) { () throws(TokenizerError) in
                try VocabTextFile.read(bytes, config: config).assembled(config)
            }
        }
        if let path = try tiktokenFile(in: folder) {
            let bytes = try TokenizerFileBytes.read(path)
            return try located(path) { () throws(TokenizerError) in
                try TiktokenFile.read(bytes, name: path.lastComponent?.string ?? "").assembled(config)
            }
        }
        if let files = try SentencePieceFiles(folder: folder) {
            return try located(files.path) { () throws(TokenizerError) in
                if TiktokenFile.recognizes(files.model) {
                    return try TiktokenFile.read(files.model, name: files.path.lastComponent?.string ?? "")
                        .assembled(config)
                }
                return try SentencePieceTokenizer.read(files.model, vocab: files.vocab, config: config).assembled(
                    config)
            }
        }
        try UnreadableFiles.explain(folder, tokenizerClass: config.tokenizerClass)
        throw TokenizerError(
            .unrecognized,
            "holds no tokenizer: neither tokenizer.json nor vocab.json with merges.txt, vocab.txt or a SentencePiece "
                + ".model",
            path: folder)
    }

    /// The file of tiktoken in `folder` that is one by its name.
    static func tiktokenFile(in folder: FilePath) throws(TokenizerError) -> FilePath? {
        let names = (try? FolderNames.list(folder)) ?? []
        let found = names.filter { TiktokenFile.isName($0) || $0 == "tiktoken.model" }.sorted()
        guard found.count < 2 else {
            throw TokenizerError(
                .unrecognized, "holds \(found.count) files of tiktoken: name the one that is meant", path: folder)
        }
        return found.first.map { folder.appending($0) }
    }

    private static func load(
        merges: FilePath, vocab: FilePath, config: TokenizerConfig = TokenizerConfig()
    ) throws(TokenizerError) -> Tokenizer {
        let vocabBytes = try TokenizerFileBytes.read(vocab)
        let mergesBytes = try TokenizerFileBytes.read(merges)
        return try located(vocab.removingLastComponent()) { () throws(TokenizerError) in
            var config = config
            let parts = try ByteLevelFiles.read(vocab: vocabBytes, merges: mergesBytes, config: &config)
            return try parts.assembled(config)
        }
    }

    private static func located(
        _ path: FilePath, _ body: () throws(TokenizerError) -> Tokenizer
    ) throws(TokenizerError) -> Tokenizer {
        do { return try body() } catch { throw error.at(path) }
    }
}
