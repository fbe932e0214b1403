internal import ArgumentParser
internal import Focus
internal import FocusEngine

/// What `--rare` takes.
enum RareOption: String, ExpressibleByArgument, CaseIterable {
    case normal
    case mean
    case pieces
}

/// Options of `focus specialize` on rows and on what is taken along.
struct RowOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What becomes of rows that FOCUS cannot reach: drawn from the normal distribution of the source's columns (as published), "
                + "the source's mean, or the mean of the rows of the pieces into which the source tokenizer splits the token.",
            valueName: "normal|mean|pieces"))
    var rare = RareOption.normal

    @Flag(help: "Bring combined rows to the mean norm of the anchors' rows in the same tensor.")
    var matchNorm = false

    @Flag(help: "Carry over weights of other frameworks although they keep the old vocabulary.")
    var keepOtherWeights = false

    @Flag(help: "Work on a model that comes with code of its own (auto_map in config.json); the code is never run.")
    var allowOwnCode = false

    func apply(to options: inout SpecializationOptions) {
        options.rare =
            switch rare {
            case .normal: .normal
            case .mean: .mean
            case .pieces: .pieces
            }
        options.matchesNorm = matchNorm
        options.keepsOtherWeights = keepOtherWeights
        options.allowsOwnCode = allowOwnCode
    }
}
