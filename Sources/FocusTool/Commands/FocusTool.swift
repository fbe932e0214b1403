internal import ArgumentParser
private import Glibc
internal import TensorIO

/// The command line: arguments in, sentences out.
///
/// Every command says its own name: to make it of the name of its type takes the parser half a millisecond.
struct FocusTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "focus",
        abstract: "Gives a pretrained model a new vocabulary.",
        discussion: """
            A multilingual checkpoint and a tokenizer for one language go in; a checkpoint comes out whose \
            embeddings, output layer \
            and vocabulary biases fit that tokenizer (FOCUS: Dobler & de Melo, EMNLP 2023).
            """,
        version: "0.1.0",
        subcommands: [
            Specialize.self, Draft.self, Convert.self, Inspect.self, Diff.self, Verify.self, Compare.self, Measure.self,
            Recover.self, Explain.self, Tokenize.self, TokenizerReport.self, TrainTokenizer.self, ExtendTokenizer.self,
            TrimTokenizer.self, TrainAuxiliary.self, Count.self, Merge.self, States.self, Formats.self,
        ])

    /// Runs what the arguments say. An error is one line on stderr and exit code 1; wrong arguments are 64; ^C is 130,
    /// and other signals are 128 and their number, too.
    static func runProcess() {
        LibraryEnvironment.clear()
        OpenFileLimit.raise()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let start = QuickStart(for: arguments) {
            start.sentences.forEach(Terminal.story)
            Glibc.exit(64)
        }
        refuseUnknownCommand(arguments)
        do {
            var command = try parseAsRoot()
            do {
                try command.run()
            } catch let error where exitCode(for: error) == .failure && !(error is ExitCode) {
                Terminal.clearProgress()
                if error is CancellationError || Interruption.shared.isRequested {
                    Terminal.story("focus: interrupted; nothing was left behind")
                    Glibc.exit(Interruption.shared.exitCode)
                }
                Terminal.story("focus: error: \(Terminal.oneLine("\(error)"))")
                Glibc.exit(1)
            }
        } catch {
            fail(error)
        }
    }

    /// Ends the process where the first of `arguments` is no command, and one is near to it: the parser would complain
    /// about what comes behind.
    private static func refuseUnknownCommand(_ arguments: [String]) {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let first = arguments.first, !first.hasPrefix("-"), !names.contains(first) else { return }
        let meant = NearestName.of(first, among: names)
        Terminal.story(
            "focus: error: there is no command '\(Terminal.oneLine(first))'"
                + (meant.map { ": is '\($0)' meant?" } ?? "; the commands: \(names.joined(separator: ", "))"))
        Glibc.exit(64)
    }

    /// Says what is wrong with the arguments, in the words of the parser but as all other errors begin; help and the
    /// version are no errors.
    private static func fail(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        let message = fullMessage(for: error)
        let usual = "Error: "
        guard code != .success, !(error is ExitCode), message.hasPrefix(usual) else { exit(withError: error) }
        Terminal.story("focus: error: \(message.dropFirst(usual.count))")
        Glibc.exit(code.rawValue)
    }
}
