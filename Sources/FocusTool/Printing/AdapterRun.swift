internal import Checkpoints
internal import Focus
internal import JSON

/// Carries an adapter to another vocabulary, and tells what happened or would happen.
struct AdapterRun {
    let common: CommonOptions
    /// Whether nothing is written.
    let dryRun: Bool

    /// Checks everything and, unless nothing is to be written, writes the adapter.
    ///
    /// - Throws: what stands in the way of the job.
    func run(_ options: SpecializationOptions) throws {
        let line = ProgressLine(quiet: common.quiet)
        let transfer = try AdapterTransfer(options, stages: StageClock { line.monitor($0) })
        if !dryRun { try transfer.run() }
        Terminal.clearProgress()
        if common.json {
            Terminal.answer(transfer.preview.json.written(indentation: 2) + [0x0A])
        } else if dryRun {
            AdapterStory.tell(transfer.preview).forEach { Terminal.answer($0) }
        } else if !common.quiet {
            AdapterStory.tell(transfer.preview).forEach(Terminal.story)
        }
    }
}
