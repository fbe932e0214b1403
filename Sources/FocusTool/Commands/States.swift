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

    @Option(help: ArgumentHelp("Ids in place of text: a sequence a line, spaces between.", valueName: "file"))
    var ids: FilePath?

    @Option(help: ArgumentHelp("Where to write, .safetensors.", valueName: "file"))
    var output: FilePath

    @Option(
        help: ArgumentHelp(
            "After which layers states are written: numbers (0: what enters the first) and 'final' (after the last "
                + "norm), with commas between; all unless given.", valueName: "N,final"))
    var layers: String?

    @Flag(help: "Write logits, too.")
    var logits = false

    @Flag(help: "Replace --output where it exists.")
    var overwrite = false

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (file == nil) != (ids == nil) else {
            throw ValidationError("states takes either a file of text or --ids.")
        }
        if layers != nil, try taps().isEmpty { throw ValidationError("--layers takes at least one layer.") }
    }

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(checkpoint)
        let opened = try Checkpoint.open(
            checkpoint, variant: formats.variant, formats: formats.registry(on: common.workers))
        common.note(opened.notes)
        var states = try ModelStates(of: opened, workers: common.workers)
        states.taps = try taps()
        states.hasLogits = logits
        for case .layer(let number) in states.taps where number > states.layerCount {
            throw ValidationError("--layers \(number) is past the model's \(states.layerCount) layers.")
        }
        let sequences = try sequences(opened)
        let monitor = ProgressLine(quiet: common.quiet).monitor("running the model")
        defer { Terminal.clearProgress() }
        try states.write(sequences, to: output, replacingExisting: overwrite, monitor: monitor)
        Terminal.clearProgress()
        common.say(
            "\(Wording.count(sequences.count, of: "text")), \(Wording.count(sequences.ids.count, of: "token")), "
                + "written to \(output)")
        if common.json {
            let answer = JSONBuilder.object([
                .init("output", .text(output.string)), .init("sequences", .integer(sequences.count)),
                .init("positions", .integer(sequences.ids.count)), .init("layers", .integer(states.layerCount)),
            ])
            Terminal.answer(answer.written(indentation: 2) + [0x0A])
        }
    }

    private func sequences(_ checkpoint: Checkpoint) throws -> TokenSequences {
        if let ids { return try TokenSequences(idLines: try Corpus([ids])) }
        return try TokenSequences(
            texts: try Corpus([file ?? "-"]), try Tokenizer.load(checkpoint.folder), workers: common.workers)
    }

    /// What --layers says.
    private func taps() throws -> Set<StateTap> {
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
