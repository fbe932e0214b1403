internal import ArgumentParser
internal import Focus

/// Options of `focus specialize` on what is taken along.
struct RowOptions: ParsableArguments {
    @Flag(help: "Carry over weights of other frameworks although they keep the old vocabulary.")
    var keepOtherWeights = false

    @Flag(help: "Work on a model that comes with code of its own (auto_map in config.json); the code is never run.")
    var allowOwnCode = false

    func apply(to options: inout SpecializationOptions) {
        options.keepsOtherWeights = keepOtherWeights
        options.allowsOwnCode = allowOwnCode
    }
}
