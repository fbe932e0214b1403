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
            if isUnused(name, family) {
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
        guard let found = tensors.first(where: { $0.name == "token_embd.weight" }), found.tensor.shape.count == 2
        else {
            throw FocusError("has no table of tokens of two axes", path: options.source)
        }
        let table = found.tensor
        var outputNotes: [String] = []
        if isTied, let index = tensors.firstIndex(where: { $0.name == "output.weight" }) {
            let output = TiedOutput(tensor: tensors[index].tensor, reader: tensors[index].reader)
            let isSame = try output.isSame(as: table, of: found.reader)
            outputNotes.append(output.remark(isSame: isSame))
            if isSame {
                leftOut.append(output.tensor.name)
                tensors.remove(at: index)
            }
        }
        var settled = family
        // What the settings do not name, transformers does not load, and llama.cpp would.
        for (key, part) in [("attention_bias", "attn"), ("mlp_bias", "ffn")] where config[key]?.boolean != true {
            settled.possibleBiases = settled.possibleBiases.filter { !$0.contains(part) }
        }
        let inventory = TensorInventory(settled, layers: try config.required("num_hidden_layers"))
        for item in tensors {
            guard let objection = inventory.objection(to: item.name) else { continue }
            throw FormatError(.unsupported, objection, path: options.source, tensor: item.tensor.name)
        }
        let needsOutput = !isTied && !family.isEncoder
        if let missing = inventory.missing(from: Set(tensors.map(\.name)), needsOutput: needsOutput) {
            throw FocusError(
                "lacks the tensor '\(missing.huggingFace)', which llama.cpp's '\(family.architecture)' needs: the "
                    + "settings and the tensors are not those of one model", path: options.source)
        }
        let original = try options.original.map { try OriginalFile($0, formats: formats) }
        let (described, factors, remarks) = try described(
            family, config, options, rows: table.shape[0], original: original)
        let tokenizer = try TokenizerSource(options.source, rows: table.shape[0])
        let vocabulary = try GGUFVocabulary(tokenizer, described)
        let metadata = GGUFMetadata(vocabulary.builder.read, path: options.source)

        var entries: [TensorSelection.Entry] = []
        var blocks: [TensorName: String] = [:]
        var changed = 0
        for item in tensors {
            let name = TensorName(item.name)
            if let kept = original?.kept(name, shape: item.tensor.shape) {
                blocks[name] = kept.blocks
                entries.append(kept.entry)
                continue
            }
            let change = try change(item.rule.change, metadata, family, toGGUF: true)
            let reader = try LayoutReader(item.tensor, of: item.reader, as: name, change)
            var typing = options
            if let original, OriginalFile.isTable(item.name) { typing.tableType = original.tableType(name) }
            let wanted = type(of: item.name, item.tensor, typing)
            if wanted.1 { changed += 1 }
            entries.append(try entry(reader, wanted.0, options, &blocks))
        }
        for factor in factors {
            let reader = try NumbersReader(factor.numbers, name: TensorName(factor.name))
            let shown = reader.tensors[0]
            entries.append(
                original?.kept(shown.name, shape: shown.shape)?.entry
                    ?? .init(source: shown, target: shown, reader: reader))
        }
        var notes = remarks + outputNotes + vocabulary.notes
        if changed > 0 {
            notes.append(
                "\(changed) tensor\(changed == 1 ? " has" : "s have") rows that are no whole blocks of the type asked "
                    + "for (\(options.blockType.rawValue)), and get smaller blocks (q5_0, q8_0) or f16")
        }
        return LayoutPlan(
            selection: TensorSelection(entries: entries), leftOut: leftOut, metadata: vocabulary.builder.all, files: [],
            format: BlockFormat(base: try formats.known("gguf"), blocks: blocks), isFolder: false, notes: notes)
    }

    /// The metadata without the tokenizer, tensors of factors, and what the user should know.
    private static func described(
        _ family: ModelFamily, _ config: ConfigSource, _ options: LayoutOptions, rows: Int, original: OriginalFile?
    ) throws -> (GGUFMetadataBuilder, factors: [(name: String, numbers: [Float])], notes: [String]) {
        var builder = GGUFMetadataBuilder()
        builder.set("general.architecture", text: family.architecture)
        builder.set("general.type", text: "model")
        builder.set("general.name", text: name(of: options.source, family))
        builder.set("general.file_type", size: options.blockType.fileType)
        if options.blockType.elementType == nil { builder.set("general.quantization_version", size: 2) }
        let settings = try GGUFSettings(family, config, builder, rows: rows)
        if let original {
            builder = original.builder
            if family.architecture == "llama" { builder.set("llama.vocab_size", size: rows) }
            return (builder, settings.factors, [])
        }
        builder = settings.builder
        if family.isEncoder { try putPooling(family, options.source, &builder) }
        return (builder, settings.factors, settings.notes)
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
        let isTable = OriginalFile.isTable(name)
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
