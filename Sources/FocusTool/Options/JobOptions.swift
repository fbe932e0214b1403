internal import ArgumentParser
internal import Focus

/// Options of `focus specialize` on the job as a whole.
struct JobOptions: ParsableArguments {
    @Flag(help: "Switch off every deliberate difference from the reference package.")
    var matchLikeReference = false

    @Option(help: ArgumentHelp("Pad the vocabulary to a multiple of this many rows. (default: 1)", valueName: "n"))
    var padToMultipleOf: Int?

    @Option(help: ArgumentHelp("Seed of the rows that are drawn at random.", valueName: "n"))
    var seed: UInt64 = 42

    @Flag(
        inversion: .prefixedNo,
        help: "Run the model with its new rows on lines of the text, and say in the report what it keeps.")
    var measure = true

    func validate() throws {
        if let padToMultipleOf, padToMultipleOf < 1 || padToMultipleOf > 1 << 20 {
            throw ValidationError("--pad-to-multiple-of takes a number from 1 to \(1 << 20).")
        }
    }

    func apply(to options: inout SpecializationOptions) {
        options.matchesLikeReference = matchLikeReference
        options.rowMultiple = padToMultipleOf ?? 1
        options.seed = seed
        options.measuredLines = measure ? 32 : nil
    }
}
