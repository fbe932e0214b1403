internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension LayoutPlan {
    /// Plans the folder in Mistral's own layout of a Mistral of transformers: `consolidated` tensors, params.json, and
    /// its tokenizer's files as they are.
    ///
    /// - Throws: `FocusError` where the model is of another family, its settings cannot be said in params.json, or
    ///   settings and tensors are not those of one model.
    static func toMistral(
        _ source: Checkpoint, _ options: LayoutOptions, _ formats: FormatRegistry
    ) throws -> LayoutPlan {
        let folder = options.source
        guard !isMistral(folder) else {
            throw FocusError("is in Mistral's own layout already: it has \(MistralSettings.fileName)", path: folder)
        }
        guard source.singleFile == nil, let document = source.config else {
            throw FocusError(
                "is no folder with a config.json, of which \(MistralSettings.fileName) is made: name the folder of the "
                    + "model, or make one of a GGUF file with --layout huggingface first", path: folder)
        }
        guard options.format ?? "safetensors" == "safetensors" else {
            throw FocusError("Mistral's layout has safetensors: leave out --to", code: .option)
        }
        var tensors: [(rule: NameRule, name: String, tensor: TensorDescriptor, reader: any TensorReader)] = []
        var leftOut: [TensorName] = []
        for (file, tensor) in source.tensors {
            let name = tensor.name.description
            // Angles, which older versions of transformers stored.
            if name.hasSuffix(".rotary_emb.inv_freq") {
                leftOut.append(tensor.name)
                continue
            }
            let found = MistralSettings.names.lazy.compactMap { rule in
                rule.renamed(name, toGGUF: true).map { (rule: rule, name: $0) }
            }.first
            guard let found, name.hasSuffix(".weight") else {
                throw FormatError(
                    .unsupported, "has no place in Mistral's own layout: it is no part of a MistralForCausalLM",
                    path: folder, tensor: tensor.name)
            }
            tensors.append((found.rule, found.name, tensor, file.reader))
        }
        var isTied = document.root["tie_word_embeddings"]?.boolean == true
        var notes: [String] = []
        if isTied, let index = tensors.firstIndex(where: { $0.rule.huggingFace == "lm_head" }),
            let table = tensors.first(where: { $0.rule.huggingFace == "model.embed_tokens" })
        {
            let output = TiedOutput(tensor: tensors[index].tensor, reader: tensors[index].reader)
            let isSame = try output.isSame(as: table.tensor, of: table.reader)
            notes.append(output.remark(isSame: isSame))
            isTied = isSame
            if isSame {
                leftOut.append(output.tensor.name)
                tensors.remove(at: index)
            }
        }
        let table = tensors.first { $0.rule.huggingFace == "model.embed_tokens" }?.tensor.shape.first ?? 0
        let parameters = try MistralParameters(document, in: folder, rows: table, isTied: isTied)
        let written = parameters.json.written(indentation: 2) + [0x0A]
        let settings = try MistralSettings(JSONDocument(written).root, path: folder.appending("config.json"))
        let shapes = Dictionary(tensors.map { ($0.tensor.name.description, $0.tensor.shape) }) { first, _ in first }
        let rows = try MistralInventory(settings, isTied: isTied, hasOwnNames: false, path: folder).check(shapes)
        let entries = try tensors.map { item in
            try entry(item.tensor, of: item.reader, as: item.name, item.rule, parameters, options)
        }
        let tokenizer = try MistralTokenizerFiles(in: folder, rows: rows)
        return LayoutPlan(
            selection: TensorSelection(entries: entries), leftOut: leftOut, metadata: ["format": "pt"],
            files: [(MistralSettings.fileName, written)] + tokenizer.files, format: try formats.known("safetensors"),
            isFolder: true, stem: "consolidated", notes: notes + tokenizer.notes)
    }

    private static func entry(
        _ tensor: TensorDescriptor, of reader: any TensorReader, as name: String, _ rule: NameRule,
        _ parameters: MistralParameters, _ options: LayoutOptions
    ) throws(FormatError) -> TensorSelection.Entry {
        guard tensor.elementType.widensToFloat else {
            throw FormatError(
                .unsupported,
                "is of type \(tensor.elementType.rawValue), where Mistral's layout has numbers: dequantise the model "
                    + "first", path: options.source, tensor: tensor.name)
        }
        let change: LayoutReader.Change =
            switch rule.change {
            case .queryPairs: .pairs(heads: parameters.heads.queries, apart: false)
            case .keyPairs: .pairs(heads: parameters.heads.keys, apart: false)
            case .none, .lessOne: .none
            }
        let changed = try LayoutReader(tensor, of: reader, as: TensorName(name), change)
        let shown = changed.tensors[0]
        let target = try TensorDescriptor(
            name: shown.name, elementType: options.elementType ?? shown.elementType, shape: shown.shape)
        return TensorSelection.Entry(source: shown, target: target, reader: changed)
    }
}
