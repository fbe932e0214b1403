internal import ArgumentParser
internal import SystemPackage

/// The text of the new language, of which several commands learn.
struct TextOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Text of the new language: .txt (a text a line) or .jsonl, plain, .gz or .zst; a folder stands for the "
                + "texts in it, 'NAME*' for what matches, - for standard input. (default: none)",
            valueName: "file"))
    var corpus: [FilePath] = []

    @Option(help: ArgumentHelp("The field of .jsonl lines that holds the text.", valueName: "name"))
    var textField = "text"
}
