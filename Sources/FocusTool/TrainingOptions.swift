internal import ArgumentParser

/// How auxiliary embeddings are trained.
struct TrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Elements of an auxiliary vector.", valueName: "n"))
    var dimension = 100

    @Option(help: ArgumentHelp("Passes over the corpus.", valueName: "n"))
    var epochs = 3

    @Option(help: ArgumentHelp("Tokens rarer than this get no vector.", valueName: "n"))
    var minCount = 10

    @Option(
        help: ArgumentHelp(
            "Threads for training; with more than one the result is not reproducible.", valueName: "n"))
    var trainingThreads = 1

    func validate() throws {
        for (name, value, limit) in [
            ("--dimension", dimension, 10_000), ("--epochs", epochs, 10_000), ("--min-count", minCount, 1_000_000_000),
            ("--training-threads", trainingThreads, 4096),
        ] where value < 1 || value > limit {
            throw ValidationError("\(name) takes a number from 1 to \(limit), not \(value).")
        }
    }
}
