internal import ArgumentParser
internal import Focus
internal import SystemPackage

/// How auxiliary embeddings are trained, and where they are kept.
struct CachedTrainingOptions: ParsableArguments {
    @OptionGroup var training: TrainingOptions

    @Option(
        help: ArgumentHelp(
            "Where trained auxiliary embeddings are kept for the next time. (default: focus in $XDG_CACHE_HOME, or in "
                + "~/.cache)",
            valueName: "dir"))
    var cache: FilePath?

    @Flag(help: "Neither use nor keep trained auxiliary embeddings in the cache.")
    var noCache = false

    /// What they say.
    ///
    /// - Parameter likeReference: whether what is not said is as in the reference, not fitted to the text.
    func vectorTraining(likeReference: Bool = false) -> VectorTraining {
        var training = training.vectorTraining(likeReference: likeReference)
        training.cache = noCache ? nil : cache ?? training.cache
        return training
    }
}
