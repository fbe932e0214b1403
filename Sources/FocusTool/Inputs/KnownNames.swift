internal import SystemPackage

/// What names of files say of their contents.
enum KnownNames {
    /// Files of a tokenizer.
    static let tokenizer: Set = [
        "tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model", "sentencepiece.bpe.model",
        "tekken.json",
    ]
    /// Files of a model or a tokenizer that describe it, and can be read by nobody alone.
    static let settings: Set = [
        "config.json", "generation_config.json", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", "preprocessor_config.json", "processor_config.json",
    ]

    /// Whether a file has tensors, by its name.
    static func isTensors(_ name: String) -> Bool {
        has(name, [".safetensors", ".npy", ".npz", ".h5", ".hdf5", ".gguf", ".pt", ".pth", ".ckpt", ".onnx"])
            || name.hasPrefix("pytorch_model")
    }

    /// Whether a file of a folder is taken for a text, by its name.
    static func isText(_ name: String) -> Bool {
        guard !name.hasPrefix(".") else { return false }
        let plain = [".gz", ".zst"].first(where: name.hasSuffix).map { String(name.dropLast($0.count)) } ?? name
        return has(plain, [".txt", ".jsonl", ".json", ".ndjson"])
    }

    /// Whether a file is probably a text of a language, by its name.
    static func isProse(_ name: String) -> Bool {
        isText(name) && !tokenizer.contains(name) && !settings.contains(name)
    }

    /// What a file is that has texts in it and is none, and how they are got out, by its name; nil for others.
    static func packed(_ path: FilePath) -> (what: String, cure: String)? {
        let name = path.string.lowercased()
        let pandas = "orient='records', lines=True, force_ascii=False)"
        if has(name, [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2"]) {
            return ("an archive", "unpack it with tar -xf, and name the folder")
        }
        if has(name, [".zip"]) { return ("a zip archive", "unpack it with unzip, and name the folder") }
        if has(name, [".7z", ".rar"]) { return ("an archive", "unpack it, and name the folder") }
        if has(name, [".docx", ".odt", ".epub", ".rtf", ".doc"]) {
            return ("a document", "make a text of it, as with pandoc -t plain")
        }
        if has(name, [".pdf"]) { return ("a PDF document", "make a text of it with pdftotext") }
        if has(name, [".xz"]) { return ("compressed with xz", "unpack it with unxz") }
        if has(name, [".bz2"]) { return ("compressed with bzip2", "unpack it with bunzip2") }
        for (ending, what, reader) in [
            (".parquet", "a Parquet table", "read_parquet"), (".arrow", "an Arrow table", "read_feather"),
            (".feather", "an Arrow table", "read_feather"), (".csv", "a table", "read_csv"),
            (".tsv", "a table", "read_table"), (".xlsx", "a table", "read_excel"),
        ] where name.hasSuffix(ending) {
            return (
                what,
                "write its texts to a .jsonl file, as with pandas.\(reader)('\(path)').to_json('text.jsonl', "
                    + "\(pandas), and name the column with --text-field"
            )
        }
        return nil
    }

    private static func has(_ name: String, _ endings: [String]) -> Bool {
        endings.contains(where: name.hasSuffix)
    }
}
