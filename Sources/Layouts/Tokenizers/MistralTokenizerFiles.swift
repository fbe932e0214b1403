internal import Checkpoints
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// The files of a folder of transformers that Mistral's own programs read a tokenizer of.
struct MistralTokenizerFiles {
    /// The files, by name.
    private(set) var files: [(name: String, contents: [UInt8])] = []
    /// What the user should know.
    private(set) var notes: [String] = []

    private static let othersNames = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
    ]

    /// Finds them in `folder`, the model in which has a table of `rows` rows.
    ///
    /// - Throws: `FocusError` where a tokenizer has more tokens than the table, or is another than that of
    ///   tokenizer.json.
    init(in folder: FilePath, rows: Int) throws {
        let names = try FolderContents.entries(of: folder).sorted()
        func contents(_ name: String) throws -> (name: String, contents: [UInt8]) {
            (name, try MappedFile(folder.appending(name)).withBytes { $0.copied })
        }
        files = try names.filter { $0 == "tekken.json" || $0.hasPrefix("tokenizer.model") }.map(contents)
        // transformers has a copy of what Mistral's programs know the version of by its name.
        if let plain = files.firstIndex(where: { $0.name == "tokenizer.model" }),
            files.contains(where: { $0.name != "tokenizer.model" && $0.contents == files[plain].contents })
        {
            files.remove(at: plain)
        }
        let json = folder.appending("tokenizer.json")
        let isThere = names.contains("tokenizer.json")
        guard !files.isEmpty else {
            files = try names.filter(MistralTokenizerFiles.othersNames.contains).map(contents)
            notes.append(MistralTokenizerFiles.lack(of: isThere ? "is tokenizer.json alone" : nil))
            return
        }
        let other = isThere ? try Tokenizer.vocabulary(at: json) : nil
        for (name, _) in files {
            let path = folder.appending(name)
            try check(Tokenizer.vocabulary(at: path), path, rows: rows, beside: other)
        }
    }

    private static func lack(of tokenizer: String?) -> String {
        guard let tokenizer else {
            return "no tokenizer is written, since the folder has none: put the model's tekken.json or "
                + "tokenizer.model beside \(MistralSettings.fileName)"
        }
        return "the tokenizer \(tokenizer), which comes along as it is: Mistral's own programs read tekken.json or "
            + "tokenizer.model, which cannot be made of it, since its merges, normalizer and patterns need not be "
            + "what these files can say; if the model came with one of them, put it beside "
            + "\(MistralSettings.fileName), else name the tokenizer of transformers where the model is run"
    }

    private func check(
        _ own: Vocabulary, _ path: FilePath, rows: Int, beside other: Vocabulary?
    ) throws(FocusError) {
        guard own.rowCount <= rows else {
            throw FocusError(
                "has ids up to \(own.rowCount - 1), but the model's table of tokens has \(rows) rows: it is not this "
                    + "model's tokenizer", path: path)
        }
        guard let other else { return }
        let shared = own.ids.filter(other.contains(id:))
        let same = shared.count { other.text(of: $0) == own.text(of: $0) }
        guard 2 * same >= own.count else {
            throw FocusError(
                "has the tokens of tokenizer.json at \(same) of its \(own.count) ids: they are two tokenizers, of "
                    + "which transformers takes the other; remove the one that is not the model's", path: path)
        }
    }
}
