internal import ArgumentParser
internal import Focus
internal import SystemPackage

/// What is written beside a new checkpoint, or in place of it: what the commands that make one have in common.
struct WritingOptions: ParsableArguments {
    @Flag(help: "Check everything and show what would change; write nothing.")
    var dryRun = false

    @Flag(
        help: "With --dry-run: list what becomes of each file, and no more, so that only those that change travel.")
    var files = false

    @Option(
        help: ArgumentHelp("Write a report: .html, a page to look at, or .json. (default: none)", valueName: "file"))
    var report: FilePath?

    @Option(help: ArgumentHelp("Keep the row plan. (default: not kept)", valueName: "file"))
    var savePlan: FilePath?

    func validate() throws {
        try ReportForm.check(report)
        guard !files || dryRun else { throw ValidationError("--files goes with --dry-run.") }
    }

    func apply(to options: inout SpecializationOptions) {
        options.report = report
        options.savedPlan = savePlan
    }
}
