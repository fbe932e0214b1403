package import Checkpoints
package import JSON
package import StaticEmbeddings

/// What a training was.
package struct TrainingReport: Sendable {
    /// How often the text was read, and which tokens were learnt.
    package let effort: TrainingEffort
    /// The tokens that were trained on, ends of documents included.
    package let tokenCount: Int
    /// The tokens that have a vector, the end of a line included.
    package let wordCount: Int
    /// The tokens of the whole text, and its documents: training may have been on a sample.
    package let textTokenCount: Int
    package let textDocumentCount: Int
    /// How long each part took.
    package let stages: [StageClock.Stage]

    /// The report as JSON.
    package var json: JSONBuilder {
        .object([
            .init("epochs", .integer(effort.epochs)), .init("minimumCount", .integer(effort.minimumCount)),
            .init("tokens", .integer(tokenCount)), .init("words", .integer(wordCount)),
            .init("textTokens", .integer(textTokenCount)), .init("textDocuments", .integer(textDocumentCount)),
            .init(
                "stages",
                .array(
                    stages.map { stage in
                        .object([.init("name", .text(stage.name)), .init("seconds", .double(stage.seconds))])
                    })),
        ])
    }
}
