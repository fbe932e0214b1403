internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// `focus diff`: what differs between two checkpoints.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tells what differs between two checkpoints of any formats; exit code 0 for nothing, 1 for something."
    )

    @Argument(help: "A checkpoint folder or a tensor file.")
    var first: FilePath

    @Argument(help: "Another.")
    var second: FilePath

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup(title: "Reading") var isolation: IsolationOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        try isolation.enter(toRead: [first, second], common)
        Interruption.shared.listen()
        try common.noteInterrupted(first, second)
        let registry = try formats.registry(on: common.workers)
        let checkpoints = try [first, second].map { path in
            // A variant is one of a folder's copies; what it is compared with may be a file.
            let variant = MappedFile.isFolder(path) ? formats.variant : nil
            return try Checkpoint.open(path, variant: variant, formats: registry)
        }
        common.note(checkpoints.flatMap(\.notes))
        let difference = try CheckpointDifference(
            checkpoints[0], checkpoints[1], workers: common.workers,
            monitor: ProgressLine(quiet: common.quiet).monitor("comparing"))
        Terminal.clearProgress()
        if common.json {
            Terminal.answer(json(difference).written(indentation: 2) + [0x0A])
        } else {
            difference.findings.map(DifferenceStory.tell).forEach { Terminal.answer($0) }
            common.note(difference.notes)
            common.say(
                difference.findings.isEmpty
                    ? "no difference: \(Wording.count(difference.equalCount, of: "tensor")) equal bit for bit"
                        + (difference.comparesFiles
                            ? ", and so are config and tokenizer files" : "; nothing but tensors was compared")
                    : Wording.count(difference.findings.count, of: "difference") + ", "
                        + Wording.count(difference.equalCount, of: "tensor") + " equal"
            )
        }
        if !difference.findings.isEmpty { throw ExitCode(1) }
    }

    private func json(_ difference: CheckpointDifference) -> JSONBuilder {
        .object([
            .init("equal", .integer(difference.equalCount)),
            .init("comparesFiles", .boolean(difference.comparesFiles)),
            .init("findings", .array(difference.findings.map(DifferenceStory.json))),
            .init("notes", .texts(difference.notes)),
        ])
    }
}
