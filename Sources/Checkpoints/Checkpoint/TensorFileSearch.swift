internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Finds the one tensor file of a checkpoint folder that has no index of shards.
struct TensorFileSearch {
    /// The name of the file; empty where the folder itself is the format's.
    let fileName: String

    /// Looks among `names`, the entries of `folder`: safetensors first, then the files and folders of the other
    /// formats.
    ///
    /// - Throws: `FocusError` when there is none, or when it is not clear which.
    init(_ names: [String], in folder: FilePath, _ formats: FormatRegistry) throws(FocusError) {
        if let name = try TensorFileSearch.safetensors(names, folder) {
            fileName = name
        } else if let model = TensorFileSearch.candidates(names, folder, formats).only(where: {
            FilePath($0).stem == "model"
        }) {
            fileName = model
        } else if formats.formats.contains(where: { $0.recognizes(folder: folder) }) {
            fileName = ""
        } else {
            fileName = try TensorFileSearch.otherFile(names, folder, formats)
        }
    }

    private static func safetensors(_ names: [String], _ folder: FilePath) throws(FocusError) -> String? {
        if names.contains("model.safetensors") { return "model.safetensors" }
        let candidates = names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter") }
        guard candidates.count > 1 else { return candidates.first }
        throw FocusError(
            "holds \(candidates.count) safetensors files and no model.safetensors.index.json that says how they belong together",
            path: folder)
    }

    /// The files whose extension is that of a format.
    private static func candidates(_ names: [String], _ folder: FilePath, _ formats: FormatRegistry) -> [String] {
        let endings = Set(formats.formats.flatMap(\.fileExtensions))
        return names.filter { name in
            FilePath(name).extension.map(endings.contains) ?? false && !name.hasPrefix("adapter")
                && FolderContents.isFile(folder.appending(name))
        }
    }

    /// The only file whose extension is that of a format.
    private static func otherFile(
        _ names: [String], _ folder: FilePath, _ formats: FormatRegistry
    ) throws(FocusError) -> String {
        let candidates = candidates(names, folder, formats)
        if let index = names.first(where: { $0.hasSuffix(".weights.json") }), !candidates.isEmpty {
            throw FocusError(
                "is a model that Keras saved in shards: \(candidates.count) parts "
                    + "(\(candidates.joined(separator: ", "))) and '\(index)', which are not "
                    + "read as one; load it in Keras and save_weights without max_shard_size",
                path: folder)
        }
        if candidates.count == 1 { return candidates[0] }
        guard candidates.isEmpty else {
            throw FocusError(
                "holds \(candidates.count) tensor files (\(candidates.joined(separator: ", "))): name the one that is meant",
                path: folder)
        }
        if names.contains(where: { $0.hasSuffix(".distcp") }) {
            throw FocusError(
                "is a distributed checkpoint of PyTorch (.metadata and .distcp files): make one file of it with "
                    + "python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER model.bin", path: folder)
        }
        if names.contains(where: { $0.hasPrefix("adapter_") }) {
            throw FocusError("holds an adapter (LoRA), not a model: merge it into its base model first", path: folder)
        }
        if let legacy = names.first(where: CompanionFiles.isWeightsOfAnotherFramework) {
            let advice = PluginHint.advice(forName: legacy).map { "\($0); or " } ?? ""
            throw FocusError(
                "has no safetensors file, only '\(legacy)': \(advice)save it with "
                    + "save_pretrained(safe_serialization=True)", path: folder)
        }
        throw FocusError("holds no tensor file (model.safetensors is looked for)", path: folder)
    }
}

extension [String] {
    /// The one element that meets `condition`; nil where there is none, or more than one.
    fileprivate func only(where condition: (String) -> Bool) -> String? {
        let matches = filter(condition)
        return matches.count == 1 ? matches[0] : nil
    }
}
