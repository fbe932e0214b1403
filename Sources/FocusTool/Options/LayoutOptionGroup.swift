public import ArgumentParser
public import Layouts

/// Whose names, settings and tokenizer a converted model has.
struct LayoutOptionGroup: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write the model (a GGUF file, or a folder of transformers or of Mistral) as another program has it, with "
                + "names, settings and tokenizer: huggingface is a folder that transformers loads, gguf a file that "
                + "llama.cpp loads, mistral a folder with consolidated.safetensors and params.json. (default: the "
                + "source's)",
            valueName: "layout"))
    var layout: LayoutConversion.Layout?

    @Option(
        help: ArgumentHelp(
            "With --layout gguf: how matrices are kept: q8_0, q4_k, q6_k, q4_0, q5_0, f16, bf16 or f32. "
                + "(default: f16)", valueName: "type"))
    var type: BlockType?

    @Option(
        help: ArgumentHelp(
            "With --layout gguf: how the tables of tokens are kept. (default: q6_k with types of 4 and 5 bits, else "
                + "--type)", valueName: "type"))
    var tableType: BlockType?

    func validate() throws {
        guard layout == .gguf || type == nil && tableType == nil else {
            throw ValidationError("--type and --table-type say how a GGUF file is kept: they go with --layout gguf.")
        }
    }

    func apply(to options: inout LayoutOptions) {
        if let type { options.blockType = type }
        options.tableType = tableType
    }
}

extension LayoutConversion.Layout: ExpressibleByArgument {}

extension BlockType: ExpressibleByArgument {}
