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

    /// Whether `path` is a file with the tokenizer of llama.cpp in it.
    static func isModel(_ path: FilePath, _ formats: FormatRegistry) -> Bool {
        guard FolderContents.isFile(path), let format = try? formats.format(of: path), format.name == "gguf",
            let reader = try? format.open(path)
        else { return false }
        return reader.metadata["tokenizer.ggml.model"] != nil
    }

    /// Does all of it, in a folder beside the result that is removed in the end.
    ///
    /// - Throws: what stands in the way of one of the steps; the result is then not there.
    func run(_ options: SpecializationOptions) throws {
        guard !dryRun, let destination = options.destination, destination.folder != options.checkpoint else {
            throw FocusError(
                "is a GGUF model, which becomes a folder on the way: write to another place with --output and without "
                    + "--dry-run, or make the folder first (focus convert MODEL.gguf FOLDER --layout huggingface)",
                path: options.checkpoint, code: .option)
        }
        let isFile = destination.folder.extension?.lowercased() == "gguf"
        guard !isFile || destination.policy != .refuse || !FolderContents.targetExists(destination.folder) else {
            throw FormatError.destinationExists(destination.folder)
        }
        let name = destination.folder.lastComponent?.string ?? "model"
        // As staged files are called, so that the next run and `focus recover` know what a dead run left.
        let scratch = destination.folder.removingLastComponent().appending(".\(name).\(getpid())-new.partial")
        try FolderContents.createNew(scratch)
        defer { FolderContents.remove(scratch) }
        // What the model is called in the files that are made of it.
        let source = scratch.appending(options.checkpoint.stem ?? "model")
        try convert(options.checkpoint, to: .huggingface, source) { _ in }
        var inner = options
        inner.checkpoint = source
        inner.formats = try formats.registry(on: common.workers)
        let result = scratch.appending("\(FilePath(name).stem ?? "model")-new")
        if isFile { inner.destination = .init(folder: result, policy: .refuse) }
        try SpecializationRun(common: common, dryRun: false).run(inner)
        guard isFile else { return }
        try convert(result, to: .gguf, destination.folder) {
            $0.original = options.checkpoint
            $0.overwrites = destination.policy != .refuse
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
        if !common.json { ConversionStory.tell(report).forEach(common.say) }
    }
}
