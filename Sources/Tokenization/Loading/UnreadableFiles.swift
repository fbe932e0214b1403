internal import Files
internal import SystemPackage

/// Tokenizer files of kinds that are not read here, and what to do about them.
enum UnreadableFiles {
    /// The cure for all of them.
    static let cure =
        "save the fast tokenizer, tokenizer.json, beside it: "
        + "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)"

    /// Throws what is known of the files in `folder`, which has none that can be read.
    static func explain(_ folder: FilePath, tokenizerClass: String?) throws(TokenizerError) {
        let names = (try? FolderNames.list(folder)) ?? []
        for name in names where name == "tiktoken.model" || name.hasSuffix(".tiktoken") {
            throw tiktoken(folder.appending(name))
        }
        let files: [(name: String, kind: String)] = [
            ("tekken.json", "Mistral's tekken"),
            ("vocab.json", "a list of tokens without the merges or the model that cut text"),
            ("bpe.codes", "PhoBERT's merges"), ("dict.txt", "fairseq's dictionary"),
            ("prophetnet.tokenizer", "ProphetNet's vocabulary"), ("vocab-src.json", "FSMT's vocabulary"),
        ]
        for file in files where TokenizerFileBytes.exists(folder.appending(file.name)) {
            let owner = tokenizerClass.map { " of a '\(TokenName(Array($0.utf8)))'" } ?? ""
            throw TokenizerError(
                .unsupported, "is \(file.kind)\(owner), which is not read here: \(cure)",
                path: folder.appending(file.name))
        }
    }

    /// The error that a file is tiktoken's.
    static func tiktoken(_ path: FilePath? = nil) -> TokenizerError {
        TokenizerError(
            .unsupported, "is a vocabulary of tiktoken, lines of base64 and a rank, not a SentencePiece model: \(cure)",
            path: path)
    }

    /// Whether `bytes` begin as tiktoken's files do: a token in base64, a space and its rank on each line.
    static func isTiktoken(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.prefix(512).split(separator: 0x0A, maxSplits: 3).prefix(2)
        return lines.count == 2
            && lines.allSatisfy { line in
                let fields = (line.last == 0x0D ? line.dropLast() : line).split(
                    separator: 0x20, omittingEmptySubsequences: false)
                guard fields.count == 2, !fields[0].isEmpty, !fields[1].isEmpty else { return false }
                return fields[1].allSatisfy { 0x30...0x39 ~= $0 } && Base64.decode(Array(fields[0])) != nil
            }
    }
}
