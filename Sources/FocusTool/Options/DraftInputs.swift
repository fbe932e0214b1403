internal import ArgumentParser
internal import SystemPackage

/// What `focus draft` reads beside the small model.
struct DraftInputs: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The large model: a folder with its tokenizer and config.json. (required)", valueName: "dir"))
    var like: FilePath

    @OptionGroup var text: TextOptions

    @Option(
        help: ArgumentHelp(
            "The small model's tokenizer, where it has none of its own. (default: the small model's)",
            valueName: "path"))
    var sourceTokenizer: FilePath?
}
