internal import ArgumentParser
internal import SystemPackage
internal import Transformer

/// What `focus states` computes.
struct StatesOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ids in place of text: a sequence a line, spaces between. (default: none)", valueName: "file"))
    var ids: FilePath?

    @Option(
        help: ArgumentHelp(
            "After which layers states are written: numbers (0: what enters the first) and 'final' (after the last "
                + "norm), with commas between. (default: all)", valueName: "n,final"))
    var layers: String?

    @Flag(help: "Write logits, too.")
    var logits = false

    func validate() throws {
        if layers != nil, try taps.isEmpty { throw ValidationError("--layers takes at least one layer.") }
    }

    /// What --layers says; nothing for all.
    var taps: Set<StateTap> {
        get throws {
            Set(
                try (layers ?? "").split(separator: ",").map { word in
                    if word == "final" { return .final }
                    guard let number = Int(word), number >= 0 else {
                        throw ValidationError("--layers takes numbers and 'final' with commas between, not '\(word)'.")
                    }
                    return .layer(number)
                })
        }
    }
}
