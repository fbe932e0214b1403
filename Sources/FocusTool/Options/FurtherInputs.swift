internal import ArgumentParser
internal import Focus
internal import SystemPackage

/// What `focus specialize` reads besides, in cases of their own.
struct FurtherInputs: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Apply a kept row plan; needs neither corpus nor auxiliary embeddings. (default: a plan is made)",
            valueName: "file"))
    var plan: FilePath?

    @Option(
        help: ArgumentHelp(
            "Text that was counted beforehand, by focus count or focus merge; in place of --corpus. (default: none)",
            valueName: "file"))
    var counts: FilePath?

    @Option(
        help: ArgumentHelp(
            "Vocabulary extension: --tokenizer is the extended one, anchors come from this language's own tokenizer. "
                + "(default: none)",
            valueName: "tokenizer"))
    var extendWith: FilePath?

    @Option(
        help: ArgumentHelp(
            "Without --tokenizer: make one of this size from the text, like the checkpoint's. (default: none)",
            valueName: "n"))
    var vocabularySize: Int?

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp(
            "A draft (EAGLE, Medusa) that guesses for the model: it follows the vocabulary, and is written to a "
                + "folder of its name inside the result; may be repeated. (default: none)",
            valueName: "dir"))
    var drafts: [FilePath] = []

    func apply(to options: inout SpecializationOptions) {
        options.extensionTokenizer = extendWith
        options.drafts = drafts
    }
}
