internal import ArgumentParser
internal import SystemPackage

/// The one file that a command writes.
struct FileDestination: ParsableArguments {
    @Option(help: ArgumentHelp("Where to write. (required)", valueName: "file"))
    var output: FilePath

    @Flag(help: "Replace --output where it exists.")
    var overwrite = false
}
