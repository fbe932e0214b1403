internal import Replacement
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO

/// Finds the tensor files of a checkpoint folder, in the order in which transformers looks for them.
struct TensorFileSearch {
    /// What is to be opened.
    enum Choice: Equatable {
        /// The one file of that name.
        case file(String)
        /// The shards that the index of that name ties together.
        case index(String)
        /// The folder itself, which is a format's.
        case folder
    }

    let choice: Choice

    /// Looks among `names`, the entries of `folder`: for model.safetensors, for its index, then for the files and
    /// folders of the other formats. With `variant`, only for the copy of that name, such as model.fp16.safetensors.
    ///
    /// - Throws: `FocusError` when there is none, when it is not clear which, or when shards are missing.
    init(_ names: [String], in folder: FilePath, variant: String?, _ formats: FormatRegistry) throws(FocusError) {
        let copies = WeightCopy.all(among: names)
        if let variant {
            choice = try TensorFileSearch.variant(variant, copies, folder)
        } else if names.contains(where: TensorFileSearch.isOfOneProcess),
            formats.formats.contains(where: { $0.recognizes(folder: folder) })
        {
            choice = .folder
        } else if let safetensors = try TensorFileSearch.safetensors(copies, folder) {
            choice = safetensors
        } else if let index = names.first(where: { TensorFileSearch.isIndexOfAnotherFormat($0, formats) }) {
            choice = .index(index)
        } else if let model = TensorFileSearch.candidates(names, folder, formats).only(where: {
            FilePath($0).stem == "model"
        }) {
            choice = .file(model)
        } else if formats.formats.contains(where: { $0.recognizes(folder: folder) }) {
            choice = .folder
        } else {
            choice = .file(try TensorFileSearch.otherFile(names, copies, folder, formats))
        }
    }

    /// Whether a file called `name` has the chunks of one process of torch.distributed.checkpoint.
    private static func isOfOneProcess(_ name: String) -> Bool {
        name.hasPrefix("shard-") && name.contains("-model-") && name.hasSuffix(".safetensors")
    }

    /// Whether `name` is that of an index of shards, and not of safetensors, whose sets were looked for before.
    private static func isIndexOfAnotherFormat(_ name: String, _ formats: FormatRegistry) -> Bool {
        formats.format(ofIndex: name).map { !($0 is SafetensorsFormat) } ?? false
    }

    /// The names of models that are looked for before all others: those of transformers, then of diffusers.
    private static let stems = ["model", "diffusion_pytorch_model"]

    private static func safetensors(_ copies: [WeightCopy], _ folder: FilePath) throws(FocusError) -> Choice? {
        let copies = copies.filter { $0.ending == "safetensors" && !isBeside($0) }
        for stem in stems {
            guard let copy = copies.first(where: { $0.stem == stem }) else { continue }
            return try choice(copy, folder)
        }
        let others = copies.filter { variantName($0) == nil }
        let indexed = others.filter { $0.index != nil }
        if let copy = indexed.count == 1 ? indexed.first : others.count == 1 ? others.first : nil {
            return try choice(copy, folder)
        }
        guard others.isEmpty else {
            throw FocusError(
                "holds \(others.reduce(0) { $0 + $1.names.count }) safetensors files and no "
                    + "model.safetensors.index.json that says how they "
                    + "belong together: name the one that is meant (\(others.map(\.title).joined(separator: ", ")))",
                path: folder)
        }
        guard let copy = copies.first else { return nil }
        let variants = copies.compactMap(variantName)
        throw FocusError(
            "holds only a variant of the weights ('\(copy.title)'), which is read where it is asked for: --variant "
                + variants.joined(separator: ", or --variant "), path: folder)
    }

    private static func variant(
        _ variant: String, _ copies: [WeightCopy], _ folder: FilePath
    ) throws(FocusError) -> Choice {
        for (stem, ending) in stems.map({ ($0, "safetensors") }) + [("pytorch_model", "bin")] {
            guard let copy = copies.first(where: { $0.stem == "\(stem).\(variant)" && $0.ending == ending }) else {
                continue
            }
            return try choice(copy, folder)
        }
        let known = Set(copies.compactMap(variantName)).sorted()
        throw FocusError(
            "has no weights of the variant '\(variant)': model.\(variant).safetensors and "
                + "model.safetensors.index.\(variant).json are "
                + "looked for; " + (known.isEmpty ? "it has no variants" : "it has \(known.joined(separator: ", "))"),
            path: folder)
    }

    /// The name of the variant that `copy` is; nil where it is none.
    private static func variantName(_ copy: WeightCopy) -> String? {
        for stem in stems + ["pytorch_model"] where copy.stem.hasPrefix("\(stem).") {
            return String(copy.stem.dropFirst(stem.count + 1))
        }
        return nil
    }

    /// Whether `copy` is no model: an adapter, or what a training keeps.
    private static func isBeside(_ copy: WeightCopy) -> Bool {
        copy.stem.hasPrefix("adapter") || copy.stem.hasPrefix("optimizer")
    }

    /// The files of `copy`: the one file before an index, as transformers has it.
    private static func choice(_ copy: WeightCopy, _ folder: FilePath) throws(FocusError) -> Choice {
        if let whole = copy.whole { return .file(whole) }
        if let index = copy.index { return .index(index) }
        if copy.isComplete, copy.shards.count == 1 { return .file(copy.shards[0].name) }
        throw incomplete(copy, folder)
    }

    private static func incomplete(_ copy: WeightCopy, _ folder: FilePath) -> FocusError {
        let index = "\(copy.stem).\(copy.ending).index.json"
        guard copy.isComplete else {
            return FocusError(
                "holds only \(copy.shards.count) of the \(copy.shards[0].count) shards of '\(copy.stem)': "
                    + "\(listed(copy.missing)) \(copy.missing.count == 1 ? "is" : "are") not there; copy "
                    + "\(copy.missing.count == 1 ? "it" : "them") and the index '\(index)' again", path: folder)
        }
        return FocusError(
            "holds all \(copy.shards.count) shards of '\(copy.stem)', but not the index '\(index)' that says what "
                + "they hold, "
                + "without which they do not load: copy it from where the model came from", path: folder)
    }

    private static func listed(_ names: [String]) -> String {
        names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            + (names.count > 3 ? " and \(names.count - 3) more" : "")
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
        _ names: [String], _ copies: [WeightCopy], _ folder: FilePath, _ formats: FormatRegistry
    ) throws(FocusError) -> String {
        let candidates = candidates(names, folder, formats)
        let index = names.first { $0.hasSuffix(".weights.json") }
        if let part = index ?? candidates.first(where: isKerasPart), !candidates.isEmpty {
            throw FocusError(
                "is a model that Keras saved in shards: \(candidates.count) parts "
                    + "(\(candidates.joined(separator: ", "))) and '\(part)', which are not "
                    + "read as one; load it in Keras and save_weights without max_shard_size",
                path: folder)
        }
        if candidates.count == 1 { return candidates[0] }
        guard candidates.isEmpty else {
            throw FocusError(
                "holds \(candidates.count) tensor files (\(candidates.joined(separator: ", "))): name the one that is "
                    + "meant",
                path: folder)
        }
        if names.contains("adapter_config.json"), names.contains(adapter) { return adapter }
        throw try nothing(names, copies, folder)
    }

    /// Where PEFT keeps the tensors of an adapter.
    private static let adapter = "adapter_model.safetensors"

    /// Whether `name` is a part of several: `model_00000.weights.h5`.
    private static func isKerasPart(_ name: String) -> Bool {
        let ending = ".weights.h5"
        guard name.hasSuffix(ending) else { return false }
        let stem = name.dropLast(ending.count)
        return stem.suffix(5).allSatisfy(\.isWholeNumber) && stem.dropLast(5).hasSuffix("_")
    }

    /// Why there is nothing to open, with what would help.
    private static func nothing(
        _ names: [String], _ copies: [WeightCopy], _ folder: FilePath
    ) throws(FocusError) -> FocusError {
        if names.contains(where: { $0.hasPrefix("adapter_") }) {
            return FocusError("holds an adapter (LoRA), not a model: merge it into its base model first", path: folder)
        }
        if names.contains(where: { $0.hasSuffix(".distcp") }) {
            return FocusError(
                "is a distributed checkpoint of PyTorch (.metadata and .distcp files): "
                    + "\(PluginHint.advice("libpytorch.so")); or make one file of it with "
                    + "python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER model.bin", path: folder)
        }
        if names.contains(where: { ["manifest.ocdbt", "_CHECKPOINT_METADATA", "_METADATA"].contains($0) }) {
            return FocusError(
                "is a checkpoint of Orbax: \(PluginHint.advice("liborbax.so"))", path: folder)
        }
        if let index = names.first(where: { $0.hasSuffix(".index") }) ?? names.first(where: { $0 == "saved_model.pb" })
        {
            return FocusError(
                "is a checkpoint of TensorFlow ('\(index)'): \(PluginHint.advice("libtensorflow.so"))", path: folder)
        }
        if let module = ModuleList(in: folder, names).modules.first(where: { $0.holdsWeights }) {
            return FocusError(
                "holds no weights itself: its modules.json says that the first with weights is the module "
                    + "'\(module.path)': name that "
                    + "folder, '\(folder.appending(module.path))', and put the result in its place", path: folder)
        }
        if let legacy = names.first(where: CompanionFiles.isWeightsOfAnotherFramework)
            ?? names.first(where: CompanionFiles.isTorchFile)
        {
            let advice = PluginHint.advice(forName: legacy).map { "\($0); or " } ?? ""
            return FocusError(
                "has no safetensors file, only '\(legacy)': \(advice)save it with "
                    + "save_pretrained(safe_serialization=True)", path: folder)
        }
        return FocusError(
            "holds no tensor file (model.safetensors is looked for): name the folder of a model", path: folder)
    }
}

extension [String] {
    /// The one element that meets `condition`; nil where there is none, or more than one.
    fileprivate func only(where condition: (String) -> Bool) -> String? {
        let matches = filter(condition)
        return matches.count == 1 ? matches[0] : nil
    }
}
