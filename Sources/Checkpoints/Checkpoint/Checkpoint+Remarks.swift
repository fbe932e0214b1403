internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension Checkpoint {
    /// What whoever looks at the checkpoint should know and what headers alone tell: ties, and copies of the weights.
    public var remarks: [String] {
        get throws {
            guard singleFile == nil else { return [] }
            return adapterRemark + draftRemarks + tieRemark
                + (try shadowCopies).map {
                    CompanionFiles.isIndex($0)
                        ? "'\($0)' is the index of other weights, and is not read"
                        : "'\($0)' holds other weights beside these, which may be out of date"
                }
        }
    }

    /// What kind of adapter this is, and of which model, where PEFT wrote it.
    private var adapterRemark: [String] {
        guard files.first?.name.hasPrefix("adapter_model.") == true,
            let root = try? JSONFile.read(folder.appending("adapter_config.json")).root,
            let type = root["peft_type"]?.string
        else { return [] }
        let base = root["base_model_name_or_path"]?.string.map { " of '\($0)'" } ?? ""
        return ["an adapter\(base) (\(type)), not a whole model"]
    }

    /// The files on top of the folder that hold weights which are not those of this checkpoint's tensors.
    package var shadowCopies: [String] {
        get throws {
            let used = tensorFileNames
            return try FolderContents.entries(of: folder).filter {
                !used.contains($0)
                    && (CompanionFiles.isWeightsOfAnotherFramework($0) || $0.hasSuffix(".safetensors")
                        || CompanionFiles.isIndex($0))
            }
        }
    }

    /// Whether an output layer is tied to the embedding, as far as config.json and the shapes tell.
    private var tieRemark: [String] {
        guard let root = config?.root, let rows = ConfigNumbers(in: root).vocabularySizes.first else { return [] }
        let tables = tensors.map(\.tensor).filter { $0.shape.count == 2 && $0.shape.contains(rows) }
        let isTied = root["tie_word_embeddings"]?.boolean
        let heads = ["CausalLM", "MaskedLM", "ConditionalGeneration", "PreTraining", "LMHeadModel", "MTModel"]
        let hasHead = root["architectures"]?.elements.contains { name in
            heads.contains { name.string?.contains($0) ?? false }
        }
        if tables.count == 1, hasHead == true, isTied != false {
            return ["the output layer is '\(tables[0].name)' once more (tied), and is not stored"]
        }
        if tables.count > 1, isTied == true {
            let names = tables.map { "'\($0.name)'" }.joined(separator: " and ")
            return ["config.json ties \(names), and all are stored: focus verify tells whether they are equal"]
        }
        return []
    }

    /// That the file called `name` is one of several.
    static func partNotes(_ name: String) -> [String] {
        guard let shard = WeightCopy.all(among: [name]).first?.shards.first, shard.count > 1 else { return [] }
        return ["'\(name)' is shard \(shard.number) of \(shard.count): the others are not read"]
    }
}
