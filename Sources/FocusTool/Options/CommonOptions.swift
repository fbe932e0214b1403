public import ArgumentParser
internal import Checkpoints
internal import Focus
internal import Parallel
internal import Replacement
public import SystemPackage
internal import TensorIO

/// What every command that works takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Threads for all work that is cut to pieces, 1 to 4096. (default: all cores)", valueName: "N"))
    var threads: Int?

    @Flag(help: "Say nothing on stderr but errors.")
    var quiet = false

    @Flag(help: "Answer in JSON on stdout.")
    var json = false

    func validate() throws {
        if let threads, threads < 1 || threads > 4096 {
            throw ValidationError("--threads takes a number from 1 to 4096, not \(threads).")
        }
    }

    /// The threads to use: those asked for, or all cores.
    var workers: Workers {
        threads.map { Workers(count: $0) } ?? .allCores
    }

    /// Finishes or undoes what interrupted runs left at `paths`, which this command is about to write.
    func finishInterrupted(_ paths: FilePath?...) throws {
        for path in paths.compactMap(\.self) {
            for sentence in try Recovery.settle(path) { Terminal.story("focus: \(Terminal.oneLine(sentence))") }
        }
    }

    /// Refuses inputs that are names on a hub or addresses, or folders around what is meant.
    func refuseHubNames(_ paths: [FilePath]) throws {
        for path in paths {
            if let error = HubReference.complaint(about: path) { throw error }
        }
    }

    /// Says what interrupted runs left at `paths`, which this command only reads, and refuses what is half of each, or
    /// is no path; changes nothing.
    func noteInterrupted(_ paths: FilePath?...) throws {
        for path in Set(paths.compactMap(\.self)) { note(try Recovery.unfinished(path)) }
        try refuseHubNames(paths.compactMap(\.self))
    }

    /// Says what is odd, but no error.
    func note(_ notes: [String]) {
        for note in notes { say("note: \(Terminal.oneLine(note))") }
    }

    /// Tells what happens on the way.
    var teller: @Sendable (String) -> Void {
        if let session = Terminal.session { return { session.tell(Terminal.oneLine($0)) } }
        return { line in
            Terminal.clearProgress()
            Terminal.story("focus: \(Terminal.oneLine(line))")
        }
    }

    /// Tells the story, unless it is not wanted.
    func say(_ line: String) {
        if !quiet { Terminal.story(line) }
    }
}

extension FilePath: @retroactive ExpressibleByArgument {
    /// A path as it was typed.
    public init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        self.init(argument)
    }
}
