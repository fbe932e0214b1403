internal import ArgumentParser

/// How rows are drawn that no method makes.
struct DrawingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Seed of the rows that are drawn at random.", valueName: "n"))
    var seed: UInt64 = 42
}
