internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import SystemPackage
internal import TensorIO

/// `focus verify`: a deep check with an exit code that scripts can use.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Checks a checkpoint against itself: header, shards, ties, config, tokenizer, NaN, booleans; exit code 0 "
            + "for sound, 1 for not."
    )

    @Argument(help: "A checkpoint folder or a tensor file.")
    var path: FilePath

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup(title: "Reading") var isolation: IsolationOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        try isolation.enter(toRead: [path], common)
        Interruption.shared.listen()
        try common.noteInterrupted(path)
        let checkpoint = try Checkpoint.open(
            path, variant: formats.variant, formats: formats.registry(on: common.workers))
        common.note(checkpoint.notes)
        let verification = try CheckpointVerification(
            of: checkpoint, workers: common.workers, monitor: ProgressLine(quiet: common.quiet).monitor("checking"))
        try checkpoint.refuseChanged()
        Terminal.clearProgress()
        if common.json {
            let findings = verification.findings.map {
                JSONBuilder.object([
                    .init("check", .text($0.check)), .init("sentence", .text($0.sentence)),
                    .init("note", .boolean($0.isNote)),
                ])
            }
            let answer = JSONBuilder.object([
                .init("sound", .boolean(verification.isSound)), .init("tensors", .integer(verification.tensorCount)),
                .init("findings", .array(findings)),
            ])
            Terminal.answer(answer.written(indentation: 2) + [0x0A])
        } else {
            for finding in verification.findings {
                Terminal.answer("\(finding.isNote ? "note" : finding.check): \(Terminal.oneLine(finding.sentence))")
            }
            common.say(
                verification.isSound
                    ? "sound: \(Wording.count(verification.tensorCount, of: "tensor")) read"
                    : Wording.count(verification.findings.count, of: "finding")
            )
        }
        if !verification.isSound { throw ExitCode(1) }
    }
}
