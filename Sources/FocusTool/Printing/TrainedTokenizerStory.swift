internal import JSON
internal import SystemPackage
internal import TokenizerMaking
internal import Vocabularies

/// What is said of a tokenizer that was trained.
struct TrainedTokenizerStory {
    private let trained: TrainedTokenizer
    private let tokenCount: Int
    private let size: Int

    init(_ trained: TrainedTokenizer, files: NewTokenizerFiles, size: Int) {
        self.trained = trained
        tokenCount = files.ids.new.rowCount
        self.size = size
    }

    /// Tells it.
    ///
    /// - Parameter output: where the tokenizer was written, where that was asked for.
    func tell(_ common: CommonOptions, _ output: FilePath?) {
        let text = trained.text
        common.say(
            "\(Wording.count(text.documentCount, of: "text")), \(Wording.bytes(text.byteCount)): "
                + "\(Wording.count(text.wordCount)) words, \(Wording.count(text.distinctCount)) different")
        common.note(notes)
        common.say(
            "\(Wording.count(tokenCount, of: "token")), of which \(Wording.count(trained.trainedCount)) were trained "
                + "(\(trained.model.kind.name))" + (output.map { ", written to \($0)" } ?? ""))
    }

    private var notes: [String] {
        let text = trained.text
        var notes: [String] = []
        if text.keptCount < text.distinctCount {
            notes.append(
                "there was room for the \(Wording.count(text.keptCount)) most frequent of the different words: "
                    + "--memory makes more")
        }
        if tokenCount < size {
            notes.append(
                "the text has only enough for \(Wording.count(tokenCount)) of the \(Wording.count(size)) tokens: a "
                    + "longer text has more, or --min-count 1")
        }
        return notes
    }

    /// The same as JSON.
    func json(_ output: FilePath) -> JSONBuilder {
        let text = trained.text
        return .object([
            .init("output", .text(output.string)), .init("model", .text(trained.model.kind.name)),
            .init("tokens", .integer(tokenCount)), .init("trained", .integer(trained.trainedCount)),
            .init("documents", .integer(text.documentCount)), .init("bytes", .integer(text.byteCount)),
            .init("words", .integer(text.wordCount)), .init("distinct_words", .integer(text.distinctCount)),
            .init("used_words", .integer(text.keptCount)),
            .init("character_coverage", .double(text.characterCoverage)),
            .init("log_likelihood_per_byte", trained.likelihoodPerByte.map { .double($0) } ?? .null),
            .init("notes", .texts(notes)),
        ])
    }
}
