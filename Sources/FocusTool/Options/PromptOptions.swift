internal import ArgumentParser
internal import Focus

/// Options on texts that the model was trained to see before others.
struct PromptOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A text that the model was trained to see, such as 'query: '; may be repeated. Where the target tokenizer "
                + "splits a word of it in its own way, it gets one token for it, with the mean of the source's pieces. "
                + "(default: none)",
            valueName: "text"))
    var prompt: [String] = []

    @Flag(
        help: ArgumentHelp(
            "With --prompt: leave the tokenizer as it is, and overwrite the row of the rarest token of such a word."))
    var promptRows = false

    func validate() throws {
        guard prompt.allSatisfy({ !$0.allSatisfy(\.isWhitespace) }) else {
            throw ValidationError("--prompt takes a text that is not empty.")
        }
        guard !promptRows || !prompt.isEmpty else { throw ValidationError("--prompt-rows goes with --prompt.") }
    }

    func apply(to options: inout SpecializationOptions) {
        options.prompts = prompt
        options.promptHandling = promptRows ? .row : .token
    }
}
