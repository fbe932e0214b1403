internal import Checkpoints
internal import Focus
internal import JSON
internal import Replacement
internal import SystemPackage

/// Does what options say, and tells what happened or would happen: the end of every command that writes a checkpoint
/// for another vocabulary.
struct SpecializationRun {
    let common: CommonOptions
    /// Whether nothing is written.
    let dryRun: Bool
    /// Whether the only answer is what becomes of each file.
    var listsFiles = false
    /// The model that the checkpoint was made of on the way, and its files; nil for one that the user named.
    var madeOf: (path: FilePath, files: [String])?

    /// Checks everything and, unless nothing is to be written, writes the checkpoint.
    ///
    /// - Throws: what stands in the way of the job.
    func run(_ options: SpecializationOptions) throws {
        let line = ProgressLine(quiet: common.quiet)
        let specialization = try Specialization(options, stages: StageClock { line.monitor($0) })
        if dryRun {
            Terminal.clearProgress()
            return try show(try specialization.preview())
        }
        // Told before the part that takes long; the story at the end leaves them out.
        if !common.json {
            Terminal.clearProgress()
            common.note(specialization.tokens.notes)
        }
        let result = try specialization.run()
        Terminal.clearProgress()
        if common.json {
            Terminal.answer(result.report.json.written(indentation: 2) + [0x0A])
        } else if !common.quiet {
            SpecializationStory.tell(result.report).forEach(Terminal.story)
        }
    }

    /// Answers what becomes of each file.
    static func show(_ files: FileChanges, _ common: CommonOptions) {
        if common.json { return Terminal.answer(files.json.written(indentation: 2) + [0x0A]) }
        files.listing.forEach { Terminal.answer("\($0.change)\t\(Terminal.oneLine($0.name))") }
    }

    private func show(_ preview: SpecializationPreview) throws {
        var preview = preview
        if let madeOf { preview.checkpoint = madeOf.path }
        if listsFiles {
            guard var files = preview.files else {
                throw FocusError(
                    "is written in another format, whose files have names of their own: leave out --to, or --files",
                    path: preview.checkpoint, code: .option)
            }
            if let madeOf {
                files = FileChanges(added: files.changed + files.added + files.untouched, removed: madeOf.files)
            }
            return SpecializationRun.show(files, common)
        }
        if common.json {
            Terminal.answer(preview.json.written(indentation: 2) + [0x0A])
        } else {
            SpecializationStory.tell(preview).forEach { Terminal.answer($0) }
        }
    }
}
