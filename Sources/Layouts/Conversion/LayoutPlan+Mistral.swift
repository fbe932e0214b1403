internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

extension LayoutPlan {
    /// Whether the folder at `path` has a model in Mistral's own layout.
    static func isMistral(_ path: FilePath) -> Bool {
        FolderContents.isFile(path.appending(MistralSettings.fileName))
            && !FolderContents.isFile(path.appending("config.json"))
    }

    /// Plans the folder for transformers of a model in Mistral's layout: `consolidated` tensors, params.json, and its
    /// tokenizer's files as they are.
    ///
    /// - Throws: `FocusError` where the model is no plain decoder, or its settings and tensors are not those of one
    ///   model.
    static func mistral(_ source: Checkpoint, _ options: LayoutOptions, _ formats: FormatRegistry) throws -> LayoutPlan
    {
        let folder = options.source
        let settings = try MistralSettings(in: folder)
        let heads = try settings.heads()
        let format = try formats.known(options.format ?? "safetensors")
        var entries: [TensorSelection.Entry] = []
        var shapes: [String: [Int]] = [:]
        for (file, tensor) in source.tensors {
            let name = tensor.name.description
            let found = MistralSettings.names.lazy.compactMap { rule in
                rule.renamed(name, toGGUF: false).map { (name: $0, rule: rule) }
            }.first
            guard let found, name.hasSuffix(".weight") else {
                throw FormatError(
                    .unsupported,
                    "has no name in transformers' MistralForCausalLM: convert_mistral_weights_to_hf.py of transformers "
                        + "may know this model", path: folder, tensor: tensor.name)
            }
            let change: LayoutReader.Change =
                switch found.rule.change {
                case .queryPairs: .pairs(heads: heads.queries, apart: true)
                case .keyPairs: .pairs(heads: heads.keys, apart: true)
                case .none, .lessOne: .none
                }
            let reader = try LayoutReader(tensor, of: file.reader, as: TensorName(found.name), change)
            let shown = reader.tensors[0]
            let type = shown.elementType.widensToFloat ? options.elementType ?? shown.elementType : shown.elementType
            entries.append(
                TensorSelection.Entry(
                    source: shown,
                    target: try TensorDescriptor(name: shown.name, elementType: type, shape: shown.shape),
                    reader: reader))
            shapes[found.name] = shown.shape
        }
        let isTied = settings.isTied
        guard !isTied || shapes["lm_head.weight"] == nil else {
            throw FocusError(
                "has 'output.weight' although 'tied_embeddings' is true: params.json and the tensors are not those of "
                    + "one model", path: folder)
        }
        let rows = try MistralInventory(settings, isTied: isTied, hasOwnNames: true, path: folder).check(shapes)
        let type = entries.first { $0.target.elementType.widensToFloat }?.target.elementType ?? .f32
        let tokenizer = try tokenizerFiles(in: folder)
        let ids = roleIDs(of: try Tokenizer.load(folder).vocabulary)
        let config = try settings.config(rows: rows, isTied: isTied, elementType: type, ids: ids)
        return LayoutPlan(
            selection: TensorSelection(entries: entries), leftOut: [],
            metadata: format.traits.keepsMetadata ? ["format": "pt"] : [:],
            files: [
                ("config.json", config.written(indentation: 2) + [0x0A]),
                ("generation_config.json", JSONBuilder.object(ids).written(indentation: 2) + [0x0A]),
            ] + tokenizer.files, format: format, isFolder: true, notes: tokenizer.notes)
    }

    /// The tokenizer's files, which transformers reads as they are.
    private static func tokenizerFiles(
        in folder: FilePath
    ) throws -> (files: [(name: String, contents: [UInt8])], notes: [String]) {
        let names = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "tekken.json"]
        let own = try FolderContents.entries(of: folder).filter {
            names.contains($0) || $0.hasPrefix("tokenizer.model")
        }
        var files = try own.map { name in
            (name: name, contents: try MappedFile(folder.appending(name)).withBytes { $0.copied })
        }
        var notes: [String] = []
        if !own.contains("tokenizer.json") {
            // Mistral's programs know the version by the name, transformers no such name: it gets both.
            if !own.contains("tokenizer.model"), let index = own.lastIndex(where: { $0.hasPrefix("tokenizer.model.") })
            {
                files.append(("tokenizer.model", files[index].contents))
            }
            if !own.contains("tokenizer_config.json"), own.contains(where: { $0.hasPrefix("tokenizer.model") }) {
                let config = JSONBuilder.object([
                    .init("tokenizer_class", .text("LlamaTokenizer")), .init("bos_token", .text("<s>")),
                    .init("eos_token", .text("</s>")), .init("unk_token", .text("<unk>")),
                    .init("add_bos_token", .boolean(true)), .init("add_eos_token", .boolean(false)),
                    .init("legacy", .boolean(true)),
                ])
                files.append(("tokenizer_config.json", config.written(indentation: 2) + [0x0A]))
            } else if own.contains("tekken.json") {
                notes.append(
                    "the tokenizer is tekken.json, as it was: transformers reads it with the package mistral-common, "
                        + "llama.cpp and focus without")
            }
        }
        return (files, notes)
    }

    private static func roleIDs(of vocabulary: Vocabulary) -> [JSONBuilder.Member] {
        let roles: [(key: String, role: SpecialRole)] = [
            ("bos_token_id", .beginning), ("eos_token_id", .end), ("pad_token_id", .padding),
        ]
        return roles.compactMap { entry in
            vocabulary.roles[entry.role].map { .init(entry.key, .integer($0)) }
        }
    }
}
