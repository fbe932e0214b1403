internal import Checkpoints
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// A draft in a folder of its own, which guesses for the checkpoint and follows its vocabulary. It is written to a
/// folder of its name inside the result, so that both get their names in one step.
struct DraftFolder: Sendable {
    /// The name of its folder inside the result.
    let name: String
    /// What it writes.
    let writer: CheckpointWriter

    /// Opens the draft at `path` and checks that it can follow the vocabulary of `model`.
    ///
    /// - Throws: `FocusError` or `FormatError` on what stands in the way, with the tensor's name where it is one.
    init(
        at path: FilePath, _ options: SpecializationOptions, of model: NewTensors, _ inputs: SpecializationInputs,
        formats: FormatRegistry
    ) throws {
        name = try DraftFolder.name(of: path)
        let checkpoint = try Checkpoint.open(path, formats: formats)
        let format = try TensorDestination(options, checkpoint, formats)
        try CheckpointSuitability.check(checkpoint, allowsOwnCode: options.allowsOwnCode)
        try checkpoint.checkSettings()
        let vocabulary = try VocabularyTensors(ofDraft: checkpoint, model.vocabulary)
        let tensors = try NewTensors(ofDraft: checkpoint, vocabulary, of: model, inputs, options)
        let plan = try OutputFolderPlan(
            of: checkpoint, inputs, tensors, tokenizer: options.tokenizer, formats: formats,
            keepsOtherWeights: options.keepsOtherWeights, isInPlace: false, as: .draft,
            notes: format?.notes(on: checkpoint, isAskedFor: options.output.name != nil) ?? [])
        writer = CheckpointWriter(
            checkpoint: checkpoint, tensors: tensors, plan: plan, format: format,
            linksUntouched: options.linksUntouched, workers: options.workers)
    }

    /// Writes the draft to its folder below the staged `folder`.
    ///
    /// - Parameter rows: the model's.
    func write(
        below folder: FilePath, by rows: NewRows, of model: NewTensors, monitor: WorkMonitor
    ) throws -> CheckpointWriter.Written {
        let place = folder.appending(name)
        try FolderContents.create(place)
        return try writer.writeFolder(place, by: writer.tensors.taking(rows, of: model), monitor: monitor)
    }

    /// The name that the folder at `path` has, whatever way it is written.
    private static func name(of path: FilePath) throws(FocusError) -> String {
        guard MappedFile.isFolder(path) else {
            throw FocusError(
                FolderContents.targetExists(path)
                    ? "is a file; a draft is a folder, with config.json beside its weights" : "there is no such draft",
                path: path, code: .missing)
        }
        guard let last = path.lexicallyNormalized().lastComponent, last.kind == .regular else {
            throw FocusError("has no name of its own: name the folder of the draft", path: path)
        }
        return last.string
    }

    /// Where the folder at `path` lies in that of `checkpoint`, relative to it; nil where it lies elsewhere.
    ///
    /// - Throws: `FocusError` where it is that folder, or lies deeper in it, or holds it.
    static func place(of path: FilePath, in checkpoint: Checkpoint) throws(FocusError) -> FilePath? {
        let name = try name(of: path)
        guard checkpoint.singleFile == nil else { return nil }
        if FolderContents.isSame(path, checkpoint.folder.appending(name)) { return FilePath(name) }
        guard !FolderContents.isSame(path, checkpoint.folder), !FolderContents.contains(path, checkpoint.folder),
            !FolderContents.contains(checkpoint.folder, path)
        else {
            throw FocusError(
                "is no folder beside the checkpoint's, or on top inside of it: put the draft there", path: path)
        }
        guard !MappedFile.nameExists(checkpoint.folder.appending(name)) else {
            throw FocusError(
                "is called as something in the checkpoint, '\(checkpoint.folder.appending(name))', and is written to a "
                    + "folder of its name inside the result: rename one of the two", path: path)
        }
        return nil
    }
}
