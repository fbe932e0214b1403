internal import ArgumentParser
internal import Focus
internal import JSON
internal import Replacement
internal import SystemPackage

/// `focus recover`: clears what interrupted runs left.
struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Finishes or undoes what an interrupted run left, and removes its hidden files.",
        discussion: """
            Looks at PATH, beside it, and in it. A checkpoint that was half replaced becomes wholly the new one or \
            wholly the old one. \
            What belongs to a run that is at work is left alone.
            """)

    @Argument(help: "A checkpoint folder or a tensor file.")
    var path: FilePath

    @Flag(help: "Show what would be done; change nothing.")
    var dryRun = false

    @Flag(help: "Answer in JSON on stdout.")
    var json = false

    func run() throws {
        let findings = try Recovery.run(at: path, isDry: dryRun)
        if json {
            Terminal.answer(JSONBuilder.array(findings.map(\.json)).written(indentation: 2) + [0x0A])
        } else {
            for finding in findings { Terminal.answer(Terminal.oneLine(finding.sentence)) }
            if findings.isEmpty { Terminal.answer("nothing to recover") }
        }
        if findings.contains(where: { $0.state == .failed }) { throw ExitCode(1) }
    }
}
