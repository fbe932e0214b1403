internal import JSON
internal import SystemPackage
internal import TokenizerMaking
internal import Vocabularies

/// What is said of a tokenizer that got more tokens.
struct ExtendedTokenizerStory {
    private let extended: ExtendedModel
    private let tokenCount: Int
    private let wanted: Int
    /// The new tokens that no text was found to lead to.
    private let unreached: [Int]

    init(_ extended: ExtendedModel, files: NewTokenizerFiles, wanted: Int, unreached: [Int]) {
        self.extended = extended
        tokenCount = files.ids.new.rowCount
        self.wanted = wanted
        let new = Set(extended.newIDs)
        self.unreached = unreached.filter { new.contains($0) }
    }

    /// Tells it.
    func tell(_ common: CommonOptions, _ output: FilePath) {
        let text = extended.text
        common.say(
            "\(Wording.count(text.documentCount, of: "text")), \(Wording.bytes(text.byteCount)): "
                + "\(Wording.count(text.wordCount)) words, \(Wording.count(text.distinctCount)) different")
        common.note(notes)
        common.say(
            "\(Wording.count(extended.newIDs.count, of: "new token")), \(Wording.count(unreached.count)) of which "
                + "no text was found to reach; \(Wording.count(tokenCount, of: "token")) in all, written to \(output)")
    }

    private var notes: [String] {
        var notes: [String] = []
        if extended.characterCount > 0 {
            notes.append(
                "\(Wording.count(extended.characterCount)) of the new tokens are characters that had none")
        }
        if extended.newIDs.count < wanted {
            notes.append(
                "the text has only enough for \(Wording.count(extended.newIDs.count)) of the "
                    + "\(Wording.count(wanted)) tokens: a longer text has more, or --min-count 1")
        }
        return notes
    }

    /// The same as JSON.
    func json(_ output: FilePath) -> JSONBuilder {
        .object([
            .init("output", .text(output.string)), .init("model", .text(extended.model.kind.name)),
            .init("tokens", .integer(tokenCount)), .init("added", .integer(extended.newIDs.count)),
            .init("characters", .integer(extended.characterCount)),
            .init("replaced", .integer(extended.replaced.count)), .init("new_ids", .integers(extended.newIDs)),
            .init("unreached", .integers(unreached)), .init("documents", .integer(extended.text.documentCount)),
            .init("bytes", .integer(extended.text.byteCount)), .init("words", .integer(extended.text.wordCount)),
            .init("notes", .texts(notes)),
        ])
    }
}
