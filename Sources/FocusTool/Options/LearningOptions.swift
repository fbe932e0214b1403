internal import ArgumentParser
internal import Focus
internal import TokenizerMaking

/// How tokens are learnt on a text.
struct LearningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Pairs that occur less often make no token.", valueName: "n"))
    var minCount = 2

    @Option(
        help: ArgumentHelp(
            "The share of the text's characters that get tokens; rarer ones are spelled in bytes, or are unknown.",
            valueName: "x"))
    var coverage = 0.9995

    @Option(
        help: ArgumentHelp(
            "How much memory may be used, about; the rest goes through files. (default: 2GB)", valueName: "size"))
    var memory: ByteCount?

    func validate() throws {
        guard coverage > 0, coverage <= 1 else {
            throw ValidationError("--coverage takes a share above 0 and up to 1, not \(coverage).")
        }
        guard minCount > 0 else { throw ValidationError("--min-count takes a number above 0, not \(minCount).") }
        guard memory?.bytes ?? .max >= 16_000_000 else { throw ValidationError("--memory takes 16MB or more.") }
    }

    func apply(to training: inout TokenizerTraining) {
        (training.minimumCount, training.coverage) = (minCount, coverage)
        if let memory { training.memory = memory.bytes }
        training.temporaryFolder = AuxiliaryTraining.temporaryFolder
    }
}
