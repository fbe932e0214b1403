internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension LayoutPlan {
    /// Plans the GGUF file of a folder of transformers.
    ///
    /// - Throws: `FocusError` where the architecture, a setting or the tokenizer is not one that llama.cpp has.
    static func gguf(_ source: Checkpoint, _ options: LayoutOptions, _ formats: FormatRegistry) throws -> LayoutPlan {
        guard source.singleFile == nil, let document = source.config else {
            throw FocusError(
                "is no folder with a config.json, of which llama.cpp's settings are made: name the folder of the model",
                path: options.source)
        }
        let family = try family(of: document.root, in: options.source)
        let config = ConfigSource(document, in: options.source)
        let isTied = config["tie_word_embeddings"]?.boolean ?? family.modelType.hasPrefix("gemma")
        var tensors: [(name: String, rule: NameRule, tensor: TensorDescriptor, reader: any TensorReader)] = []
        var leftOut: [TensorName] = []
        for (file, tensor) in source.tensors {
            let name = tensor.name.description
            if isUnused(name, family) || isTied && name == "lm_head.weight" {
                leftOut.append(tensor.name)
                continue
            }
            guard let (renamed, rule) = renamed(name, family) else {
                throw FormatError(
                    .unsupported,
                    "has no place in llama.cpp's '\(family.architecture)': convert_hf_to_gguf.py may know "
                        + "this model", path: options.source, tensor: tensor.name)
            }
            tensors.append((renamed, rule, tensor, file.reader))
        }
        guard let table = tensors.first(where: { $0.name == "token_embd.weight" })?.tensor, table.shape.count == 2
        else {
            throw FocusError("has no table of tokens of two axes", path: options.source)
        }
        var builder = GGUFMetadataBuilder()
        builder.set("general.architecture", text: family.architecture)
        builder.set("general.type", text: "model")
        builder.set("general.name", text: name(of: options.source, family))
        builder.set("general.file_type", size: options.blockType.fileType)
        if options.blockType.elementType == nil { builder.set("general.quantization_version", size: 2) }
        let settings = try GGUFSettings(family, config, builder, rows: table.shape[0])
        builder = settings.builder
        if family.isEncoder { try putPooling(family, options.source, &builder) }
        let tokenizer = try TokenizerSource(options.source, rows: table.shape[0])
        let vocabulary = try GGUFVocabulary(tokenizer, builder)
        let metadata = GGUFMetadata(vocabulary.builder.read, path: options.source)

        var entries: [TensorSelection.Entry] = []
        var blocks: [TensorName: String] = [:]
        var changed = 0
        for item in tensors {
            let change = try change(item.rule.change, metadata, family, toGGUF: true)
            let reader = try LayoutReader(item.tensor, of: item.reader, as: TensorName(item.name), change)
            let wanted = type(of: item.name, item.tensor, options)
            if wanted.1 { changed += 1 }
            entries.append(try entry(reader, wanted.0, options, &blocks))
        }
        for factor in settings.factors {
            let reader = try NumbersReader(factor.numbers, name: TensorName(factor.name))
            entries.append(.init(source: reader.tensors[0], target: reader.tensors[0], reader: reader))
        }
        var notes = settings.notes + vocabulary.notes
        if changed > 0 {
            notes.append(
                "\(changed) tensor\(changed == 1 ? " has" : "s have") rows that are no whole blocks of "
                    + "\(options.blockType.rawValue), and get the next smaller blocks (q5_0, q8_0) or f16")
        }
        return LayoutPlan(
            selection: TensorSelection(entries: entries), leftOut: leftOut, metadata: vocabulary.builder.all, files: [],
            format: BlockFormat(base: try formats.known("gguf"), blocks: blocks), isFolder: false, notes: notes)
    }

    /// What the model is called: as its folder, unless llama.cpp would look for tokens of Phi 3 because of that.
    private static func name(of folder: FilePath, _ family: ModelFamily) -> String {
        let name = folder.lastComponent?.string ?? "model"
        return ["phi-3", "phi3"].contains { name.lowercased().contains($0) } ? "model" : name
    }

    private static func family(of config: JSONValue, in folder: FilePath) throws(FocusError) -> ModelFamily {
        let type = config["model_type"]?.string ?? "?"
        let text = config["text_config"]?["model_type"]?.string
        let types = [type, text ?? type]
        guard
            let family = ModelFamily.all.first(where: { family in
                types.contains { $0 == family.modelType || family.otherModelTypes.contains($0) }
            })
        else {
            throw FocusError(
                "is a model of the type '\(type)', of which no GGUF is written here (\(ModelFamily.known) are): "
                    + "convert_hf_to_gguf.py of llama.cpp may have it", path: folder)
        }
        return family
    }

    private static func renamed(_ name: String, _ family: ModelFamily) -> (String, NameRule)? {
        let prefixes =
            family.isEncoder ? ["bert.", "nomic_bert.", "roberta."] : ["language_model.", "model.language_model."]
        var candidates = [name, "model.\(name)"]
        for prefix in prefixes where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.count))
            candidates += [rest, "model.\(rest)"]
        }
        for candidate in candidates {
            if let found = family.renamed(candidate, toGGUF: true) { return found }
        }
        return nil
    }

    /// Whether llama.cpp has no use for a tensor.
    private static func isUnused(_ name: String, _ family: ModelFamily) -> Bool {
        if name.hasSuffix(".inv_freq") || name.hasSuffix("position_ids") { return true }
        return family.isEncoder
            && ["pooler.", "cls."].contains { name.hasPrefix($0) || name.contains(".\($0)") }
    }

    /// How a tensor is kept, and whether it cannot be as was asked.
    private static func type(
        of name: String, _ tensor: TensorDescriptor, _ options: LayoutOptions
    ) -> (BlockType, Bool) {
        guard tensor.shape.count > 1, !["position_embd.weight", "token_types.weight"].contains(name) else {
            return (.f32, false)
        }
        let isTable = name == "token_embd.weight" || name == "output.weight"
        let wanted = isTable ? options.tableType ?? options.blockType.usualTableType : options.blockType
        let fitting = wanted.fitting(tensor.shape.last ?? 1)
        return (fitting, fitting != wanted)
    }

    private static func entry(
        _ reader: LayoutReader, _ type: BlockType, _ options: LayoutOptions, _ blocks: inout [TensorName: String]
    ) throws(FormatError) -> TensorSelection.Entry {
        let shown = reader.tensors[0]
        guard shown.elementType.widensToFloat else {
            throw FormatError(
                .unsupported,
                "is of type \(shown.elementType.rawValue), where llama.cpp has numbers: dequantise the model "
                    + "first", path: options.source, tensor: shown.name)
        }
        if let element = type.elementType {
            let target = try TensorDescriptor(name: shown.name, elementType: element, shape: shown.shape)
            return .init(source: shown, target: target, reader: reader)
        }
        blocks[shown.name] = type.name
        let packed = try BlockReader(shown, of: reader, as: type, workers: options.workers)
        return .init(source: packed.tensors[0], target: packed.tensors[0], reader: packed)
    }

    /// How sentence-transformers makes one vector of all, where its folder says so.
    private static func putPooling(
        _ family: ModelFamily, _ folder: FilePath, _ builder: inout GGUFMetadataBuilder
    ) throws {
        let path = folder.appending("1_Pooling").appending("config.json")
        guard FolderContents.isFile(path) else { return }
        let pooling = try JSONFile.read(path).root
        let kinds = [("pooling_mode_mean_tokens", 1), ("pooling_mode_cls_token", 2), ("pooling_mode_lasttoken", 3)]
        for (name, number) in kinds where pooling[name]?.boolean == true {
            builder.set("\(family.architecture).pooling_type", size: number)
        }
    }
}
