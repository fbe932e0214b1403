internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension LayoutPlan {
    /// Plans the folder of a GGUF file: tensors by the names that transformers has for them, config.json, tokenizer.
    ///
    /// - Throws: `FocusError` where the architecture or the tokenizer is not known, or the file contradicts itself.
    static func huggingFace(
        _ source: Checkpoint, _ options: LayoutOptions, _ formats: FormatRegistry
    ) throws -> LayoutPlan {
        guard source.files.first?.format.name == "gguf" else {
            throw FocusError(
                "is no GGUF file, of which a folder for transformers is made (its format is "
                    + "\(source.files.first?.format.name ?? "unknown")): name the file that llama.cpp loads",
                path: options.source)
        }
        let metadata = GGUFMetadata(source.metadata, path: options.source)
        let family = try family(of: source, metadata)
        let format = try formats.known(options.format ?? "safetensors")
        let elementType = options.elementType ?? usualType(of: source)
        var entries: [TensorSelection.Entry] = []
        var factors: [(tensor: TensorDescriptor, reader: any TensorReader)] = []
        var leftOut: [TensorName] = []
        for (file, tensor) in source.tensors {
            let name = tensor.name.description
            if RotaryFactors.names.contains(name) {
                factors.append((tensor, file.reader))
                leftOut.append(tensor.name)
                continue
            }
            guard let (renamed, rule) = family.renamed(name, toGGUF: false) else {
                throw FormatError(
                    .unsupported,
                    "has no name in transformers' \(family.className): models of '\(family.architecture)'"
                        + " with such tensors are not converted here; convert_hf_to_gguf.py came from a checkpoint "
                        + "that has them", path: options.source, tensor: tensor.name)
            }
            let reader = try LayoutReader(
                tensor, of: file.reader, as: TensorName(renamed),
                try change(rule.change, metadata, family, toGGUF: false))
            let shown = reader.tensors[0]
            let target =
                shown.elementType.widensToFloat
                ? try TensorDescriptor(name: shown.name, elementType: elementType, shape: shown.shape) : shown
            entries.append(TensorSelection.Entry(source: shown, target: target, reader: reader))
        }
        let shapes = Dictionary(source.tensors.map { ($0.tensor.name.description, $0.tensor.shape) }) { first, _ in
            first
        }
        try check(shapes, family, metadata)
        var config = try HuggingFaceConfig(family, metadata, shapes: shapes, elementType: elementType)
        if let scaling = try RotaryFactors.scaling(factors, family, metadata) { config.setScaling(scaling) }
        let tokenizer = try HuggingFaceTokenizer(GGUFTokenizer(metadata))
        let length = try metadata.size("\(family.architecture).context_length")
        return LayoutPlan(
            selection: TensorSelection(entries: entries), leftOut: leftOut,
            metadata: format.traits.keepsMetadata ? ["format": "pt"] : [:],
            files: [
                ("config.json", written(config.json)), ("generation_config.json", written(generation(config.json))),
                ("tokenizer.json", try tokenizer.json() + [0x0A]),
                ("tokenizer_config.json", written(try tokenizer.config(contextLength: length))),
            ], format: format, isFolder: true, notes: tokenizer.notes)
    }

    /// Refuses tensors that the settings have no place for, and settings that lack a tensor.
    private static func check(_ shapes: [String: [Int]], _ family: ModelFamily, _ metadata: GGUFMetadata) throws {
        let layers = try metadata.required("\(family.architecture).block_count")
        let inventory = TensorInventory(family, layers: layers)
        for name in shapes.keys.sorted() {
            guard let objection = inventory.objection(to: name) else { continue }
            throw FormatError(.unsupported, objection, path: metadata.path, tensor: TensorName(name))
        }
        guard let missing = inventory.missing(from: Set(shapes.keys), needsOutput: false) else { return }
        throw FocusError(
            "lacks the tensor '\(missing.gguf)', which llama.cpp's '\(family.architecture)' needs: the settings and "
                + "the tensors are not those of one model", path: metadata.path)
    }

    private static func written(_ json: JSONBuilder) -> [UInt8] {
        json.written(indentation: 2) + [0x0A]
    }

    /// The architecture that the file names.
    private static func family(of source: Checkpoint, _ metadata: GGUFMetadata) throws(FocusError) -> ModelFamily {
        guard let name = metadata.text("general.architecture") else {
            throw FocusError(
                "names no architecture (general.architecture): it is no GGUF model of llama.cpp",
                path: metadata.path)
        }
        guard let family = ModelFamily.all.first(where: { $0.architecture == name }) else {
            throw FocusError(
                "is a model of the architecture '\(name)', which is not converted here (\(ModelFamily.known) are): "
                    + "transformers may read it with from_pretrained(FOLDER, gguf_file=NAME)", path: metadata.path)
        }
        return family
    }

    /// F32 where blocks were unpacked, else what the table of tokens has.
    private static func usualType(of source: Checkpoint) -> ElementType {
        let tensors = source.tensors
        let isPacked = tensors.contains { $0.file.reader.storedType(of: $0.tensor) != nil }
        let table = tensors.first { $0.tensor.name == TensorName("token_embd.weight") }?.tensor.elementType
        return isPacked ? .f32 : table.flatMap { $0.widensToFloat ? $0 : nil } ?? .f32
    }

    /// What the numbers of a tensor go through.
    static func change(
        _ change: RowChange, _ metadata: GGUFMetadata, _ family: ModelFamily, toGGUF: Bool
    ) throws(FocusError) -> LayoutReader.Change {
        switch change {
        case .none: return .none
        case .lessOne: return .adding(toGGUF ? 1 : -1)
        case .queryPairs, .keyPairs:
            let heads = try metadata.required("\(family.architecture).attention.head_count")
            let keyHeads = try metadata.size("\(family.architecture).attention.head_count_kv") ?? heads
            return .pairs(heads: change == .queryPairs ? heads : keyHeads, apart: !toGGUF)
        }
    }

    /// generation_config.json: the special tokens.
    private static func generation(_ config: JSONBuilder) -> JSONBuilder {
        .object(
            ["bos_token_id", "eos_token_id", "pad_token_id"].compactMap { key in
                guard let value = config[key], value != .null else { return nil }
                return .init(key, value)
            })
    }
}
