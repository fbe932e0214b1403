internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import SystemPackage
internal import TensorIO

/// `focus measure`: what a model knows of a language, before and after.
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Runs a model on lines of text and tells what it knows of them; writes nothing.",
        discussion: """
            Of a model that predicts the next token: bits for each byte of UTF-8 (the fewer, the better), which do not \
            depend on the tokenizer, so that a model can be compared with itself under another vocabulary. Of an \
            encoder: the mean cosine of sentence vectors (means of the last states) and those of --original for the \
            same lines (the more, the better).

            Example: focus measure german-gemma german.txt --lines 100 --original gemma-3-270m
            """)

    @Argument(help: "The checkpoint: a folder as save_pretrained writes it, with its tokenizer.")
    var checkpoint: FilePath

    @Argument(help: "Text that the model was not made with, a text a line: .txt or .jsonl, plain, .gz or .zst.")
    var file: FilePath

    @OptionGroup(title: "Measuring") var measuring: MeasuringOptions

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(checkpoint, measuring.original)
        try common.checkText(file)
        let registry = try formats.registry(on: common.workers)
        func opened(_ path: FilePath) throws -> Checkpoint {
            let checkpoint = try Checkpoint.open(path, variant: formats.variant, formats: registry)
            common.note(checkpoint.notes)
            return checkpoint
        }
        let measurement = try CheckpointMeasurement(
            of: opened(checkpoint), original: measuring.original.map(opened), workers: common.workers)
        let found = try measurement.run(
            on: file, lines: measuring.lines, skipping: measuring.skip, prefix: measuring.prompt,
            monitor: ProgressLine(quiet: common.quiet).monitor("running the model"))
        Terminal.clearProgress()
        if common.json {
            Terminal.answer(found.json.written(indentation: 2) + [0x0A])
        } else {
            MeasurementStory.tell(found).forEach { Terminal.answer($0) }
        }
    }
}
