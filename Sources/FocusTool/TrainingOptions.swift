internal import ArgumentParser
internal import StaticEmbeddings

/// How auxiliary embeddings are trained.
struct TrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Elements of an auxiliary vector.", valueName: "n"))
    var dimension = 100

    @Option(
        help: ArgumentHelp(
            "Passes over the corpus: auto, more for less text, or a number. (default: auto)", valueName: "n"))
    var epochs: FittedNumber?

    @Option(
        help: ArgumentHelp(
            "Tokens rarer than this get no vector: auto, what the passes allow, or a number. (default: auto)",
            valueName: "n"))
    var minCount: FittedNumber?

    @Option(
        help: ArgumentHelp(
            "Threads for training, where they are to be fewer than --threads; the result is the same.", valueName: "n"))
    var trainingThreads: Int?

    func validate() throws {
        for (name, value, limit) in [
            ("--dimension", dimension, 10_000), ("--epochs", epochs?.number ?? 1, 10_000),
            ("--min-count", minCount?.number ?? 1, 1_000_000_000), ("--training-threads", trainingThreads ?? 1, 4096),
        ] where value < 1 || value > limit {
            throw ValidationError("\(name) takes a number from 1 to \(limit), not \(value).")
        }
    }

    /// The parameters that the options stand for.
    ///
    /// - Parameter likeReference: whether what is not said is as in the reference, not fitted to the text.
    func parameters(likeReference: Bool = false) -> FastTextParameters {
        var parameters = FastTextParameters()
        parameters.dimension = dimension
        if epochs != nil || !likeReference { parameters.epochs = epochs?.number }
        if minCount != nil || !likeReference { parameters.minimumCount = minCount?.number }
        return parameters
    }
}
