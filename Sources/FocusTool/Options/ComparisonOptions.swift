internal import ArgumentParser
internal import Focus
internal import FocusEngine

/// How `focus compare` compares.
struct ComparisonOptions: ParsableArguments {
    @Option(
        defaultAsFlag: 100,
        help: ArgumentHelp(
            "Run the model with the rows of each method on so many lines of the text, and recommend by what it keeps: "
                + "bits per byte, or for encoders fidelity, beside the original and the original reading the new cuts. "
                + "(default: the model is not run)",
            valueName: "n"))
    var measure: Int? = nil

    @Option(
        help: ArgumentHelp(
            "What pieces weigh: the rarer the more, all alike, or by their characters. (default: frequency)",
            valueName: "weights"))
    var pieceWeights: PieceWeighting?

    @Option(help: ArgumentHelp("Seed of which anchors are hidden.", valueName: "n"))
    var seed: UInt64 = 42

    @Flag(help: "Work on a model that comes with code of its own (auto_map in config.json); the code is never run.")
    var allowOwnCode = false

    func validate() throws {
        if let measure, !(1...1_000_000).contains(measure) {
            throw ValidationError("--measure takes a number of lines from 1 to 1000000.")
        }
    }

    func apply(to options: inout SpecializationOptions) {
        options.measuredLines = measure
        options.pieceWeighting = pieceWeights
        options.seed = seed
        options.allowsOwnCode = allowOwnCode
    }
}
