internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import SystemPackage

/// `focus merge`: the shards that `focus count` made, put together.
struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Puts the shards of a counted corpus together; the result is the same for any number of them.",
        usage: "focus merge <file> ... --output <file> [<options>]",
        discussion: """
            Example: focus merge counts/*.counts --output german.counts
            """)

    @Argument(help: "The files of all shards, in any order.")
    var shards: [FilePath]

    @OptionGroup(title: "Output") var destination: FileDestination

    @OptionGroup var common: CommonOptions

    func run() throws {
        Interruption.shared.listen()
        for shard in shards { try common.check(shard, as: .file) }
        let line = ProgressLine(quiet: common.quiet)
        let file = try CountsMerge(shards).run(
            to: destination.output, replacingExisting: destination.overwrite, stages: StageClock { line.monitor($0) })
        Terminal.clearProgress()
        CountsStory(file, wasFinished: false).tell(common, destination.output)
    }
}
