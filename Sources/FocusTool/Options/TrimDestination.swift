internal import ArgumentParser
internal import SystemPackage

/// Where a trimmed tokenizer goes, if it is written.
struct TrimDestination: ParsableArguments {
    @Option(
        help: ArgumentHelp("Write the new tokenizer to this folder. (required, or --dry-run)", valueName: "dir"))
    var output: FilePath?

    @Flag(help: "Replace --output where it exists and holds nothing but a tokenizer.")
    var overwrite = false

    @Flag(help: "Do all of it but write nothing.")
    var dryRun = false

    func validate() throws {
        guard dryRun || output != nil else {
            throw ValidationError("Say where the new tokenizer goes: --output DIR; or --dry-run.")
        }
    }
}
