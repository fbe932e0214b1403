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
        try check(shapes, layers: settings.layers(), isTied: isTied, in: folder)
        let table = shapes["model.embed_tokens.weight"] ?? []
        guard table.count == 2, let rows = table.first else {
            throw FocusError("has no table of tokens of two axes (tok_embeddings.weight)", path: folder)
        }
        try checkSizes(shapes, settings.shapes(rows: rows), in: folder)
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

    /// Throws where a layer lacks a tensor, or there are more layers than the settings say.
    private static func check(_ shapes: [String: [Int]], layers: Int, isTied: Bool, in folder: FilePath) throws {
        let rules = MistralSettings.names
        let outer = rules.filter { !$0.huggingFace.contains("#") && !(isTied && $0.huggingFace == "lm_head") }
        let count = shapes.count
        let wanted = outer.count.addingReportingOverflow(
            (rules.count - rules.filter { !$0.huggingFace.contains("#") }.count)
                .multipliedReportingOverflow(by: layers).partialValue
        ).partialValue
        for layer in 0..<min(layers, count + 1) {
            for rule in rules where rule.huggingFace.contains("#") {
                let name = rule.huggingFace.replacing("#", with: "\(layer)") + ".weight"
                guard shapes[name] == nil else { continue }
                let own = rule.gguf.replacing("#", with: "\(layer)") + ".weight"
                throw FocusError(
                    "lacks the tensor '\(own)': params.json and the tensors are not those of one model", path: folder)
            }
        }
        for rule in outer where shapes[rule.huggingFace + ".weight"] == nil {
            throw FocusError(
                "lacks the tensor '\(rule.gguf).weight': params.json and the tensors are not those of one model",
                path: folder)
        }
        guard count == wanted else {
            throw FocusError(
                "has \(count) tensors, but params.json is of a model with \(layers) layers, which has \(wanted)",
                path: folder)
        }
    }

    /// Throws where a tensor has another shape than the settings give it.
    private static func checkSizes(
        _ shapes: [String: [Int]], _ wanted: [String: [Int]], in folder: FilePath
    ) throws(FormatError) {
        for rule in MistralSettings.names {
            guard let shape = wanted[rule.huggingFace] else { continue }
            let found = shapes.filter { rule.renamed($0.key, toGGUF: true) != nil }.sorted { $0.key < $1.key }
            for (name, own) in found where own != shape {
                throw FormatError(
                    .invalidTensor,
                    "has shape \(own), but \(shape) by params.json: they are not those of one model", path: folder,
                    tensor: TensorName(rule.renamed(name, toGGUF: true) ?? name))
            }
        }
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
            if !own.contains("tokenizer.model"), let versioned = own.first(where: { $0.hasPrefix("tokenizer.model.") })
            {
                files = files.map { $0.name == versioned ? ("tokenizer.model", $0.contents) : $0 }
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
