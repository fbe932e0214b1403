internal import ArgumentParser
internal import Checkpoints
internal import Corpus
internal import Focus
internal import JSON
internal import Parallel
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Transformer

/// `focus states`: what a model computes of texts, as tensors.
struct States: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "states",
        abstract: "Runs a model on texts or ids, and writes its hidden states and logits as safetensors.")

    @Argument(help: "A checkpoint folder.")
    var checkpoint: FilePath

    @Argument(help: "Text, a text a line, split by the checkpoint's own tokenizer with its special tokens.")
    var file: FilePath?

    @OptionGroup(title: "Output") var destination: FileDestination

    @OptionGroup(title: "What is computed") var options: StatesOptions

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (file == nil) != (options.ids == nil) else {
            throw ValidationError("states takes either a file of text or --ids.")
        }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(checkpoint)
        try common.checkText(file)
        try common.check(options.ids, as: .file)
        let opened = try Checkpoint.open(
            checkpoint, variant: formats.variant, formats: formats.registry(on: common.workers))
        common.note(opened.notes)
        var states = try ModelStates(of: opened, workers: common.workers)
        states.taps = try options.taps
        states.hasLogits = options.logits
        for case .layer(let number) in states.taps where number > states.layerCount {
            throw ValidationError("--layers \(number) is past the model's \(states.layerCount) layers.")
        }
        let sequences = try sequences(opened)
        let monitor = ProgressLine(quiet: common.quiet).monitor("running the model")
        defer { Terminal.clearProgress() }
        try states.write(sequences, to: destination.output, replacingExisting: destination.overwrite, monitor: monitor)
        Terminal.clearProgress()
        common.say(
            "\(Wording.count(sequences.count, of: "text")), \(Wording.count(sequences.ids.count, of: "token")), "
                + "written to \(destination.output)")
        if common.json {
            let answer = JSONBuilder.object([
                .init("output", .text(destination.output.string)), .init("sequences", .integer(sequences.count)),
                .init("positions", .integer(sequences.ids.count)), .init("layers", .integer(states.layerCount)),
            ])
            Terminal.answer(answer.written(indentation: 2) + [0x0A])
        }
    }

    private func sequences(_ checkpoint: Checkpoint) throws -> TokenSequences {
        if let ids = options.ids { return try TokenSequences(idLines: try Corpus([ids])) }
        return try TokenSequences(
            texts: try Corpus([file ?? "-"]), try Tokenizer.load(checkpoint.folder), workers: common.workers)
    }
}
