internal import ArgumentParser

/// What `focus inspect` shows.
struct InspectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only tensors whose names match, * and ? as in the shell. (default: all)", valueName: "glob"))
    var filter: String?

    @Flag(help: "Show names as a tree.")
    var tree = false

    @Flag(help: "A line for each tensor, numbered layers too.")
    var all = false

    @Flag(help: "Show mean, std, min, max, norm, and the numbers of NaN, Inf and zeros; reads all contents.")
    var stats = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Print rows START..<END of tensor NAME. (default: none)", valueName: "name start:end"))
    var rows: [String] = []

    @Option(help: ArgumentHelp("Print the embedding row of this token. (default: none)", valueName: "text"))
    var token: String?

    @Flag(help: "Show all metadata; else their first lines.")
    var metadata = false
}
