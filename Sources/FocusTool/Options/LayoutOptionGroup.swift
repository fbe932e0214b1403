public import ArgumentParser
public import Layouts

/// Whose names, settings and tokenizer a converted model has.
struct LayoutOptionGroup: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write the model as another program has it, with names, settings and tokenizer: of a GGUF file a folder "
                + "that transformers loads. (default: the source's)",
            valueName: "layout"))
    var layout: LayoutConversion.Layout?
}

extension LayoutConversion.Layout: ExpressibleByArgument {}
