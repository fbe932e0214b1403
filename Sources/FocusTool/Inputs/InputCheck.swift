internal import Checkpoints
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Looks at what people name before any work: whether it is there, and whether it can be what it is named for.
///
/// Only what is certain is refused, by names; contents are the readers' business.
enum InputCheck {
    /// What is wrong with `path`, and the cure; nil for nothing.
    static func complaint(about path: FilePath, as kind: InputKind) -> FocusError? {
        guard path != "-" else { return nil }
        guard FolderContents.targetExists(path) else { return MissingInput(path, as: kind).error }
        let isFolder = MappedFile.isFolder(path)
        let reason: String? =
            switch kind {
            case .model: isFolder ? ofModelFolder(path) : ofModelFile(path)
            case .tokenizer: isFolder ? ofTokenizerFolder(path) : ofTokenizerFile(path)
            case .text: isFolder ? ofTextFolder(path) : ofTextFile(path)
            case .file: isFolder ? "is a folder, and a file is meant: it holds \(FolderListing(of: path).words)" : nil
            }
        if isFolder, kind != .file, let cache = HubReference.cacheComplaint(path) { return cache }
        return reason.map { FocusError($0, path: path) }
    }

    /// What is wrong with a model and a tokenizer together: that they were exchanged.
    static func complaint(aboutModel model: FilePath, tokenizer: FilePath) -> FocusError? {
        guard MappedFile.isFolder(model), MappedFile.isFolder(tokenizer) else { return nil }
        guard holdsOnlyTokenizer(names(model)), names(tokenizer).contains(where: KnownNames.isTensors) else {
            return nil
        }
        return FocusError(
            "holds a tokenizer and no weights, and '\(tokenizer)' holds weights: the model comes first; are the two "
                + "exchanged?", path: model)
    }

    // MARK: Models

    private static func ofModelFolder(_ path: FilePath) -> String? {
        let names = names(path)
        guard !names.isEmpty else {
            return "is an empty folder: name the one that save_pretrained or hf download wrote"
        }
        if let inner = only(folderIn: path, holding: ["config.json"]), !names.contains(where: isOfModel) {
            return "holds no model itself, and '\(inner)' in it does: name '\(path.appending(inner))'"
        }
        guard holdsOnlyTokenizer(names), !names.contains(where: { MappedFile.isFolder(path.appending($0)) }) else {
            return nil
        }
        return "holds a tokenizer and no weights: name a folder with a model, as one with model.safetensors"
    }

    private static func ofModelFile(_ path: FilePath) -> String? {
        let name = path.lastComponent?.string ?? ""
        if KnownNames.settings.contains(name) || KnownNames.tokenizer.contains(name) { return ofOneFile(path) }
        guard [".txt", ".jsonl", ".csv", ".tsv", ".parquet"].contains(where: name.hasSuffix) else { return nil }
        return "is a text or a table, not a model: a model is a folder with config.json and weights, or a tensor file"
    }

    private static func isOfModel(_ name: String) -> Bool {
        KnownNames.isTensors(name) || KnownNames.settings.contains(name) || KnownNames.tokenizer.contains(name)
            || ["modules.json", "model_index.json", "tensors.json"].contains(name) || name.hasPrefix("adapter_")
            || name.hasSuffix(".index.json") || name.hasSuffix(".bin") || name.hasPrefix(".metadata")
    }

    /// Whether names are those of a tokenizer's folder, and none can be weights.
    private static func holdsOnlyTokenizer(_ names: [String]) -> Bool {
        names.contains(where: KnownNames.tokenizer.contains)
            && names.allSatisfy { name in
                KnownNames.tokenizer.contains(name) || KnownNames.settings.contains(name)
                    || [".md", ".txt", ".jinja", ".py"].contains(where: name.hasSuffix)
            }
    }

    // MARK: Tokenizers

    private static func ofTokenizerFolder(_ path: FilePath) -> String? {
        let names = names(path)
        guard !names.contains(where: isOfModel),
            let inner = only(folderIn: path, holding: ["tokenizer.json", "tokenizer.model", "vocab.txt"])
        else { return nil }
        return "holds no tokenizer itself, and '\(inner)' in it does: name '\(path.appending(inner))'"
    }

    private static func ofTokenizerFile(_ path: FilePath) -> String? {
        let name = path.lastComponent?.string ?? ""
        if name.lowercased().hasSuffix(".gguf") {
            return "is a GGUF file, whose tokenizer is not read in place: make a folder of it first (focus convert "
                + "MODEL.gguf FOLDER --layout huggingface) and name that"
        }
        if KnownNames.isTensors(name) {
            return "is a tensor file, not a tokenizer: name tokenizer.json, or the folder that holds it"
        }
        if KnownNames.settings.contains(name) { return ofOneFile(path) }
        guard [".jsonl", ".csv", ".tsv", ".parquet", ".txt.gz", ".zst"].contains(where: name.hasSuffix) else {
            return nil
        }
        return "is a text or a table, not a tokenizer: name tokenizer.json, or the folder that holds it"
    }

    private static func ofOneFile(_ path: FilePath) -> String {
        let folder = path.removingLastComponent()
        return "is one file of a model or a tokenizer: name its folder, '\(folder.isEmpty ? "." : folder)'"
    }

    // MARK: Texts

    private static func ofTextFolder(_ path: FilePath) -> String? {
        let names = names(path)
        guard !names.contains("config.json"), !names.contains("tokenizer.json") else {
            return "is the folder of a model or a tokenizer, without text of a language: name .txt or .jsonl files"
        }
        guard !names.contains(where: KnownNames.isText) else { return nil }
        guard !names.isEmpty else { return "is an empty folder, without text: name one with .txt or .jsonl files" }
        if let name = names.first(where: { KnownNames.packed(path.appending($0)) != nil }),
            let (what, cure) = KnownNames.packed(path.appending(name))
        {
            return "is a folder without text: '\(name)' in it is \(what): \(cure)"
        }
        let inner = names.first {
            let folder = path.appending($0)
            return MappedFile.isFolder(folder) && self.names(folder).contains(where: KnownNames.isText)
        }
        if let inner {
            return "is a folder without text of its own: name the folders in it, as '\(path.appending(inner))'"
        }
        return "is a folder without text: none of its files ends in .txt, .jsonl, .json or .ndjson, nor in one of "
            + "these and .gz or .zst; rename what is text"
    }

    private static func ofTextFile(_ path: FilePath) -> String? {
        let name = path.lastComponent?.string ?? ""
        if KnownNames.isTensors(name) { return "is a tensor file, not a text: name .txt or .jsonl files" }
        if KnownNames.settings.contains(name) || name == "tokenizer.json" || name == "tokenizer.model" {
            return "is a file of a model or a tokenizer, not a text of a language: name .txt or .jsonl files"
        }
        let isEmpty = FolderContents.isFile(path) && FolderContents.byteCount(of: path) == 0
        if let (what, cure) = KnownNames.packed(path) {
            if isEmpty { return "is empty: make it again, and as it is \(what) by its name, \(cure)" }
            // Tables with commas have a reader's sentence, which knows whether there are columns.
            return name.hasSuffix("sv") ? nil : "is \(what), not a text file: \(cure)"
        }
        return isEmpty ? "is empty: make it again, or leave it out" : nil
    }

    // MARK: Folders

    private static func names(_ folder: FilePath) -> [String] {
        StagedFolder.entries(of: folder).filter { !$0.hasPrefix(".") || $0 == ".metadata" }
    }

    /// The one folder in `path` that holds one of `files`; nil for none, or several.
    private static func only(folderIn path: FilePath, holding files: [String]) -> String? {
        let found = names(path).filter { name in
            files.contains { FolderContents.isFile(path.appending(name).appending($0)) }
        }
        return found.count == 1 ? found[0] : nil
    }
}
