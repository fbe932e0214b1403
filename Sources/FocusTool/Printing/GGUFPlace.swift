internal import Checkpoints
internal import Focus
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Where the result goes when a GGUF model gets another tokenizer.
struct GGUFPlace {
    /// The file to write, or the folder of transformers.
    let path: FilePath
    /// Whether it is a GGUF file, or parts in its place.
    let isFile: Bool
    /// Whether it takes the place of the model.
    let isInPlace: Bool
    let policy: StagedReplacement.Policy
    /// The largest size of a part in bytes; nil for one file.
    let partSize: Int?
    /// What the model is called, without numbers of parts and endings.
    let modelName: String
    /// What becomes of the files; nil for a folder of transformers, which is to be made first.
    let changes: FileChanges?

    /// Finds it for `model`, as `options` say; without a destination, for a file beside the model.
    ///
    /// - Throws: `FocusError` or `FormatError` where it exists and is not to be replaced, or an original of several
    ///   files is to be kept.
    init(of model: Checkpoint, _ options: SpecializationOptions) throws {
        let parts = model.files[0].reader.parts
        let file = model.singleFile ?? model.folder.appending(model.files[0].name)
        let own = parts.first ?? file
        let stem = own.lastComponent.map { SplitFormat.stemOfPart($0.string) ?? own.stem ?? "model" } ?? "model"
        modelName = stem
        guard let destination = options.destination else {
            (path, isFile, isInPlace, policy, partSize) = (file, true, false, .refuse, nil)
            changes = FileChanges(changed: model.tensorFileNames.filter { !$0.isEmpty }.sorted())
            return
        }
        policy = destination.policy
        isInPlace = destination.folder == options.checkpoint
        guard isInPlace else {
            path = destination.folder
            isFile = path.extension?.lowercased() == "gguf"
            guard !isFile || policy != .refuse || !FolderContents.targetExists(path) else {
                throw FormatError.destinationExists(path)
            }
            if !isFile { try StagedReplacement.check(path, policy: policy) }
            guard isFile, case .format(SplitFormat.format, _, let size) = options.output else {
                partSize = nil
                changes = isFile ? FileChanges(added: [path.lastComponent?.string ?? ""]) : nil
                return
            }
            partSize = size
            changes = FileChanges(added: [path.lastComponent?.string ?? ""])
            return
        }
        isFile = true
        let folder = own.removingLastComponent()
        path = parts.isEmpty ? file : folder.appending("\(stem).gguf")
        partSize = parts.isEmpty ? nil : GGUFPlace.largest(of: parts, model)
        changes = FileChanges(changed: model.tensorFileNames.filter { !$0.isEmpty }.sorted())
        if case .keep(let original) = policy {
            guard parts.isEmpty else {
                throw FocusError(
                    "is a model in \(parts.count) parts, which are not kept under one name: write to another place "
                        + "with --output, or copy them before and leave out --keep-original", path: options.checkpoint,
                    code: .option)
            }
            try ReplacementPlace(path, resolvesLink: false).checkKeeping(at: original)
        }
    }

    /// About as many bytes as the contents of the largest part have: what is no tensor is mostly in the first.
    private static func largest(of parts: [FilePath], _ model: Checkpoint) -> Int {
        var sizes = parts.map { (try? MappedFile($0).byteCount) ?? 0 }
        let contents = model.tensors.reduce(0) { $0 + $1.tensor.byteCount }
        sizes[0] -= sizes.reduce(0, +) - contents
        return max(1, sizes.max() ?? 1)
    }

    /// What the result is called, without its ending.
    var resultName: String { path.stem ?? "model" }

    /// Makes a folder beside the result, called as staged files are, so that the next run and `focus recover` know what
    /// a dead run left.
    func makeScratch() throws -> FilePath {
        let scratch = StagedFile.temporaryPath(beside: path)
        try FolderContents.createNew(scratch)
        return scratch
    }
}
