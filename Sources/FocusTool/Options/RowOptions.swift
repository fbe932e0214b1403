internal import ArgumentParser
internal import Focus
internal import SystemPackage
internal import TensorIO

/// Options of `focus specialize` on what is taken along.
struct RowOptions: ParsableArguments {
    @Flag(help: "Add a paragraph on the new vocabulary to the result's README.md, between two marks.")
    var modelCard = false

    @Option(
        help: ArgumentHelp(
            "What the elements of the vocabulary's tensors become, those of quantised tables too. (default: what "
                + "they are)",
            valueName: "type"))
    var tableDtype: TableType?

    @Flag(
        help: "With --output: untouched files share their contents with the source, as second names of the same files.")
    var link = false

    @Flag(help: "Carry over weights of other frameworks although they keep the old vocabulary.")
    var keepOtherWeights = false

    @Flag(help: "Work on a model that comes with code of its own (auto_map in config.json); the code is never run.")
    var allowOwnCode = false

    @Option(
        help: ArgumentHelp(
            "Where the checkpoint is an adapter: the model that it was made for, before it was specialised. "
                + "(default: none)",
            valueName: "dir"))
    var base: FilePath?

    func apply(to options: inout SpecializationOptions) {
        options.keepsOtherWeights = keepOtherWeights
        options.allowsOwnCode = allowOwnCode
        options.linksUntouched = link
        options.base = base
        options.tableType = tableDtype.flatMap { ElementType(argument: $0.rawValue) }
        options.writesModelCard = modelCard
    }
}
