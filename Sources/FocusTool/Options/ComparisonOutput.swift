internal import ArgumentParser
internal import Focus
internal import SystemPackage

/// What `focus compare` writes.
struct ComparisonOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp("Write a report: .html, a page to look at, or .json. (default: none)", valueName: "file"))
    var report: FilePath?

    func validate() throws { try ReportForm.check(report) }
}
