internal import ArgumentParser
internal import SystemPackage

/// On what `focus measure` measures.
struct MeasuringOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Another checkpoint, with its own tokenizer, to compare with; encoders need one. (default: none)",
            valueName: "dir"))
    var original: FilePath?

    @Option(help: ArgumentHelp("Measure on this many lines.", valueName: "n"))
    var lines = 100

    @Option(help: ArgumentHelp("Leave out this many lines at the beginning.", valueName: "n"))
    var skip = 0

    @Option(
        help: ArgumentHelp(
            "What an encoder wants before each line, such as 'query: '. (default: nothing)", valueName: "text"))
    var prompt = ""

    func validate() throws {
        guard (1...1_000_000).contains(lines) else {
            throw ValidationError("--lines takes a number from 1 to 1000000.")
        }
        guard skip >= 0 else { throw ValidationError("--skip takes a number of lines.") }
    }
}
