internal import ArgumentParser
internal import SystemPackage

/// What `focus train-auxiliary` reads.
struct TrainingInputs: ParsableArguments {
    @Option(help: ArgumentHelp("The target tokenizer: a folder or a tokenizer file. (required)", valueName: "path"))
    var tokenizer: FilePath

    @OptionGroup var text: TextOptions
}
