internal import ArgumentParser
internal import Focus

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
            "How much of the text to train on: all, a size such as 100MB, or auto, some 70 MB. (default: all)",
            valueName: "size"))
    var sample: SampleSize?

    @Option(
        help: ArgumentHelp(
            "Threads for training, where they are to be fewer than --threads; the result is the same. "
                + "(default: as --threads)", valueName: "n"))
    var trainingThreads: Int?

    func validate() throws {
        for (name, value, limit) in [
            ("--dimension", dimension, 10_000), ("--epochs", epochs?.number ?? 1, 10_000),
            ("--min-count", minCount?.number ?? 1, 1_000_000_000), ("--training-threads", trainingThreads ?? 1, 4096),
        ] where value < 1 || value > limit {
            throw ValidationError("\(name) takes a number from 1 to \(limit), not \(value).")
        }
    }

    /// What the options say.
    ///
    /// - Parameter likeReference: whether what is not said is as in the reference, not fitted to the text.
    func vectorTraining(likeReference: Bool = false) -> VectorTraining {
        var training = likeReference ? VectorTraining.reference : VectorTraining()
        training.dimension = dimension
        if let epochs { training.epochs = epochs.number }
        if let minCount { training.minimumCount = minCount.number }
        if let sample { training.sample = sample.sample }
        training.maximumThreads = trainingThreads
        return training
    }
}
