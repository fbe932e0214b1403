internal import Checkpoints
internal import Focus
private import Glibc
internal import Layouts
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// A GGUF model of llama.cpp gets another tokenizer: it becomes a folder of transformers, that gets it, and of the
/// result a GGUF file is made, with all that does not depend on the tokenizer as it was.
struct GGUFRun {
    let common: CommonOptions
    let formats: FormatOptions
    let dryRun: Bool
    /// Whether the only answer is what becomes of each file.
    var listsFiles = false

    /// Whether `path` is a model with the tokenizer of llama.cpp in it: a file, any part of several, or their folder.
    static func isModel(_ path: FilePath, _ formats: FormatRegistry) -> Bool {
        if MappedFile.isFolder(path) {
            let names = (try? FolderContents.entries(of: path)) ?? []
            guard !names.contains("config.json"), names.contains(where: { $0.hasSuffix(".gguf") }) else { return false }
        } else {
            guard FolderContents.isFile(path), let format = try? formats.format(of: path), format.name == "gguf" else {
                return false
            }
        }
        guard let checkpoint = try? Checkpoint.open(path, formats: formats), checkpoint.files.count == 1 else {
            return false
        }
        return checkpoint.files[0].format.name == "gguf" && checkpoint.metadata["tokenizer.ggml.model"] != nil
    }

    /// Does all of it, in a folder beside the result that is removed in the end; where nothing is to be written, in one
    /// below `TMPDIR`.
    ///
    /// - Throws: what stands in the way of one of the steps; the result is then not there.
    func run(_ options: SpecializationOptions) throws {
        let registry = try formats.registry(on: common.workers)
        let model = try Checkpoint.open(options.checkpoint, formats: registry)
        let place = try GGUFPlace(of: model, options)
        if let changes = place.changes, listsFiles { return SpecializationRun.show(changes, common) }
        let scratch = try dryRun ? LawProcess.temporaryFolder("focus-gguf") : place.makeScratch()
        defer { FolderContents.remove(scratch) }
        // What the model is called in the files that are made of it.
        let source = scratch.appending(place.modelName)
        try convert(options.checkpoint, to: .huggingface, source) { _ in }
        var inner = options
        inner.checkpoint = source
        inner.formats = registry
        let result = scratch.appending("\(place.resultName)-new")
        if place.isFile {
            inner.destination = .init(folder: result, policy: .refuse)
            inner.output = .likeSource
        }
        var run = SpecializationRun(common: common, dryRun: dryRun, listsFiles: listsFiles)
        run.madeOf = (options.checkpoint, model.tensorFileNames.sorted())
        try run.run(inner)
        guard place.isFile, !dryRun else { return }
        try model.refuseChanged()
        try convert(result, to: .gguf, place.path) {
            $0.original = options.checkpoint
            $0.overwrites = place.policy != .refuse
            $0.isInPlace = place.isInPlace
            if case .keep(let original) = place.policy { $0.keptOriginal = original }
            $0.shardSize = place.partSize
            $0.verifies = options.verifies
        }
    }

    private func convert(
        _ source: FilePath, to layout: LayoutConversion.Layout, _ destination: FilePath,
        _ change: (inout LayoutOptions) -> Void
    ) throws {
        var options = LayoutOptions(source: source, destination: destination)
        options.tell = common.teller
        options.workers = common.workers
        change(&options)
        let line = ProgressLine(quiet: common.quiet)
        let registry = try formats.registry(
            on: common.workers, telling: layout == .huggingface ? ["dequantize=f32"] : [])
        let conversion = try LayoutConversion(
            options, to: layout, formats: registry, stages: StageClock { line.monitor($0) })
        let report = try conversion.run()
        Terminal.clearProgress()
        if !common.json, !dryRun { ConversionStory.tell(report).forEach(common.say) }
    }
}
