package import Checkpoints
package import JSON
package import StaticEmbeddings

/// What a training was.
package struct TrainingReport: Sendable {
    /// How often the text was read, and which tokens were learnt.
    package let effort: TrainingEffort
    /// The tokens of the text, ends of documents included.
    package let tokenCount: Int
    /// The tokens that have a vector, the end of a line included.
    package let wordCount: Int
    /// How long each part took.
    package let stages: [StageClock.Stage]

    /// The report as JSON.
    package var json: JSONBuilder {
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
