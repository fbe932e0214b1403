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
            guard !path.string.hasPrefix("~") || FolderContents.targetExists(path.removingLastComponent()) else {
                throw FocusError(
                    "cannot be written: \(MissingInput.shape(of: path) ?? "")", path: path, code: .destination)
            }
            for sentence in try Recovery.settle(path) { Terminal.story("focus: \(Terminal.oneLine(sentence))") }
        }
    }

    /// Refuses inputs that are not there, or cannot be what they are named for, with what was probably meant.
    func check(_ paths: FilePath?..., as kind: InputKind) throws {
        for path in paths.compactMap(\.self) {
            if let error = InputCheck.complaint(about: path, as: kind) { throw error }
        }
    }

    /// Refuses what cannot be the one text that a command reads.
    func checkText(_ path: FilePath?) throws {
        guard let path else { return }
        guard !MappedFile.isFolder(path) else {
            let listing = FolderListing(of: path, where: KnownNames.isProse)
            throw FocusError(
                "is a folder, and this command reads one text: of texts it holds \(listing.words)", path: path)
        }
        try check(path, as: .text)
    }

    /// Says what an interrupted run left at `path`, which this command only reads, and refuses what is half of each.
    func noteUnfinished(_ path: FilePath?) throws {
        if let path { note(try Recovery.unfinished(path)) }
    }

    /// Says what interrupted runs left at `paths`, which this command only reads, and refuses what is half of each, or
    /// cannot be what it is named for; changes nothing.
    func noteInterrupted(_ paths: FilePath?..., as kind: InputKind = .model) throws {
        for path in Set(paths.compactMap(\.self)) { try noteUnfinished(path) }
        for path in paths { try check(path, as: kind) }
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
