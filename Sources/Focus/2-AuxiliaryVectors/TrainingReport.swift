public import Checkpoints
public import JSON
public import StaticEmbeddings

/// What a training was.
public struct TrainingReport: Sendable {
    /// How often the text was read, and which tokens were learnt.
    public let effort: TrainingEffort
    /// The tokens of the text, ends of documents included.
    public let tokenCount: Int
    /// The tokens that have a vector, the end of a line included.
    public let wordCount: Int
    /// How long each part took.
    public let stages: [StageClock.Stage]

    /// The report as JSON.
    public var json: JSONBuilder {
        .object([
            .init("epochs", .integer(effort.epochs)), .init("minimumCount", .integer(effort.minimumCount)),
            .init("tokens", .integer(tokenCount)), .init("words", .integer(wordCount)),
            .init(
                "stages",
                .array(
                    stages.map { stage in
                        .object([.init("name", .text(stage.name)), .init("seconds", .double(stage.seconds))])
                    })),
        ])
    }
}
