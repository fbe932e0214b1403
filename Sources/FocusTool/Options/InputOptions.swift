internal import ArgumentParser
internal import Focus
internal import SystemPackage

/// The new vocabulary of a checkpoint, and where its auxiliary embeddings come from: what `specialize` and `compare`
/// read beside it.
struct InputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The target tokenizer: a folder or a tokenizer file. (required)", valueName: "path"))
    var tokenizer: FilePath?

    @OptionGroup var text: TextOptions

    @Option(
        help: ArgumentHelp(
            "Ready auxiliary embeddings: fastText .bin or .vec, or .npy beside a .txt. (default: trained on --corpus)",
            valueName: "file"))
    var auxiliary: FilePath?

    @Option(
        help: ArgumentHelp(
            "Whose vectors --auxiliary holds: tokens', or words' (tokens are looked up by their text).",
            valueName: "level"))
    var auxiliaryLevel = AuxiliaryLevel.token

    @Option(
        help: ArgumentHelp(
            "The checkpoint's tokenizer, where it has none of its own. (default: the checkpoint's)", valueName: "path"))
    var sourceTokenizer: FilePath?

    /// Throws where no tokenizer is named.
    func checkTokenizer() throws {
        guard tokenizer != nil else { throw ValidationError("Missing expected argument '--tokenizer <path>'") }
    }

    /// The target tokenizer, which was checked to be named.
    var target: FilePath { tokenizer ?? "" }

    /// What they say of the job on `checkpoint`.
    ///
    /// - Parameter training: how auxiliary embeddings are trained, where they are.
    func job(
        on checkpoint: FilePath, plan: FilePath? = nil, training: VectorTraining
    ) throws -> SpecializationOptions {
        var options = SpecializationOptions(checkpoint: checkpoint, tokenizer: target)
        let corpus = try text.corpus.textFiles
        options.sourceTokenizer = sourceTokenizer
        options.textField = text.textField
        if let plan {
            options.rows = .plan(plan)
        } else if let auxiliary {
            let level: VectorLevel = auxiliaryLevel == .word ? .words : .tokens
            options.rows = .vectors(auxiliary, level: level, text: corpus)
        } else if !corpus.isEmpty {
            options.rows = .trained(on: corpus, training)
        }
        return options
    }
}
