internal import ArgumentParser
internal import SystemPackage

/// Whether files are read by a process that can do nothing else.
struct IsolationOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Read in a process of its own that can do nothing else: for untrusted files."))
    var isolated = false

    /// Where that was asked for, returns in such a process, and ends the command in this one with what the other
    /// answered.
    func enter(toRead paths: [FilePath], _ common: CommonOptions) throws {
        guard isolated else { return }
        guard Terminal.session == nil else {
            throw ValidationError("--isolated makes a process of its own, which only the command does.")
        }
        try Isolation.enter(toRead: paths, workers: common.workers, isJSON: common.json)
    }
}
