internal import ArgumentParser
internal import Checkpoints
package import Focus
internal import Replacement

extension CommandSession {
    /// Does what a command does.
    ///
    /// - Parameter arguments: as they are typed after `focus`.
    /// - Returns: what it answers, and its exit code: 0, or 1 where `diff` or `verify` found something.
    /// - Throws: `FocusError` with the code `option` for wrong arguments; `CancellationError`; what stands in the way.
    package func run(_ arguments: [String]) throws -> (answer: [UInt8], exitCode: Int32) {
        try Terminal.$session.withValue(self) {
            do {
                var command = try CommandSession.parse(arguments)
                try command.run()
            } catch let code as ExitCode {
                return (answer, code.rawValue)
            } catch {
                throw CommandSession.described(error)
            }
            return (answer, 0)
        }
    }

    /// Makes the plan that `focus specialize` with `arguments` would save, and writes no checkpoint.
    ///
    /// - Throws: as `run`.
    package func makePlan(_ arguments: [String]) throws -> PlanFile {
        try Terminal.$session.withValue(self) {
            do {
                guard let command = try CommandSession.parse(["specialize"] + arguments + ["--dry-run"]) as? Specialize
                else { throw FocusError("these are no options of specialize", code: .option) }
                return try Specialization(command.planOptions, stages: StageClock(monitor: monitor)).makePlanFile()
            } catch {
                throw CommandSession.described(error)
            }
        }
    }

    static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        let arguments = arguments.isEmpty ? ["--help"] : arguments
        return try FocusTool.parseAsRoot(arguments)
    }

    /// What is wrong with arguments in the words of the parser, without usage; other errors as they are.
    static func described(_ error: any Error) -> any Error {
        let code = FocusTool.exitCode(for: error)
        guard code == .validationFailure else {
            // Help and the version are answers of the command, and no use to a program.
            return code == .success ? FocusError("names no command to run", code: .option) : error
        }
        return FocusError(Terminal.oneLine(FocusTool.message(for: error)), code: .option)
    }
}
