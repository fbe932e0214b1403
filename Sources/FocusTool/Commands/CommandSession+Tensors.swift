internal import ArgumentParser
package import Checkpoints
internal import Focus
internal import Replacement
package import JSON
internal import SystemPackage
package import TensorIO

extension CommandSession {
    /// Opens what `focus inspect` with `arguments` would show.
    ///
    /// - Throws: as `run`.
    package func openTensors(_ arguments: [String]) throws -> Checkpoint {
        try Terminal.$session.withValue(self) {
            do {
                guard let command = try CommandSession.parse(["inspect"] + arguments) as? Inspect else {
                    throw FocusError("these are no options of inspect", code: .option)
                }
                try command.common.noteInterrupted(command.path)
                let checkpoint = try Checkpoint.open(
                    command.path, variant: command.formats.variant,
                    formats: command.formats.registry(on: command.common.workers))
                command.common.note(checkpoint.notes)
                return checkpoint
            } catch {
                throw CommandSession.described(error)
            }
        }
    }

    /// What `focus inspect` says of all that is in `checkpoint`, as JSON.
    package static func listing(of checkpoint: Checkpoint) -> JSONBuilder {
        InspectionJSON.listing(checkpoint, checkpoint.tensors, nil, remarks: [])
    }

    /// Writes the tensors of `reader` as `focus convert` with `arguments` would those of a file; the last argument is
    /// the destination.
    ///
    /// - Throws: as `run`.
    package func write(_ reader: any TensorReader, _ arguments: [String]) throws {
        try Terminal.$session.withValue(self) {
            do {
                let source = arguments.last ?? ""
                guard let command = try CommandSession.parse(["convert", source] + arguments) as? Convert else {
                    throw FocusError("these are no options of convert", code: .option)
                }
                try command.common.finishInterrupted(command.destination)
                let conversion = try Conversion(
                    of: reader, command.options, formats: command.formats.registry(on: command.common.workers),
                    stages: StageClock(monitor: monitor))
                _ = try conversion.run()
                command.common.note(conversion.notes)
            } catch {
                throw CommandSession.described(error)
            }
        }
    }
}
