internal import SystemPackage

/// Tokenizer files of kinds that are not read here, and what to do about them.
enum UnreadableFiles {
    /// The cure for all of them.
    static let cure =
        "save the fast tokenizer, tokenizer.json, beside it: "
        + "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)"

    /// Throws what is known of the files in `folder`, which has none that can be read.
    static func explain(_ folder: FilePath, tokenizerClass: String?) throws(TokenizerError) {
        let files: [(name: String, kind: String)] = [
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
}
