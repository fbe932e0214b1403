internal import ArgumentParser
internal import Focus
internal import SystemPackage

internal import TensorIO

/// Options of `focus specialize` on what is taken along.
struct RowOptions: ParsableArguments {
    @Flag(help: "Carry over weights of other frameworks although they keep the old vocabulary.")
    var keepOtherWeights = false

    @Flag(help: "Work on a model that comes with code of its own (auto_map in config.json); the code is never run.")
    var allowOwnCode = false

    @Flag(
        help: "With --output: untouched files share their contents with the source, as second names of the same files.")
    var link = false

    @Option(
        help: ArgumentHelp(
            "Where the checkpoint is an adapter: the model that it was made for, before it was specialised.",
            valueName: "dir"))
    var base: FilePath?

    @Option(
        help: ArgumentHelp(
            "What the elements of the vocabulary's tensors become, those of quantised tables too.",
            valueName: "f32|f16|bf16"))
    var tableDtype: FloatType?

    @Flag(help: "Add a paragraph on the new vocabulary to the result's README.md, between two marks.")
    var modelCard = false

    func validate() throws {
        guard tableDtype != .f64 else { throw ValidationError("--table-dtype takes f32, f16 or bf16.") }
    }

    func apply(to options: inout SpecializationOptions) {
        options.keepsOtherWeights = keepOtherWeights
        options.allowsOwnCode = allowOwnCode
        options.linksUntouched = link
        options.base = base
        options.tableType = tableDtype.flatMap { ElementType(argument: $0.rawValue) }
        options.writesModelCard = modelCard
    }
}
