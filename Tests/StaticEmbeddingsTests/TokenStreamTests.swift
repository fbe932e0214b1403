import StaticEmbeddings
import SystemPackage
import TestSupport
import Testing
import Vocabularies

@Suite struct TokenStreamTests {
    @Test func `documents and tokens are counted`() {
        var lines = TokenLines()
        lines.appendDocument(["▁a", "b"])
        lines.appendDocument([])
        lines.appendDocument(["c", "b"])
        #expect(lines.documentCount == 3)
        #expect(lines.tokenCount == 4)
    }

    /// The words that are learnt of documents.
    private func words(_ documents: [[TokenText]]) throws -> Set<TokenText> {
        let folder = try TemporaryFolder()
        var parameters = CBOWTrainerTests.small
        parameters.minimumCount = 1
        let file = try CBOWTrainerTests.stream(folder, documents)
        try CBOWTrainer(parameters).train(on: file).save(to: folder.path.appending("model.bin"))
        return try Set(FastTextModel(folder.path.appending("model.bin")).words)
    }

    @Test(arguments: ["", " ", "\n", "\t", "\r", "\u{B}", "\u{C}", "\0", "a b", "a\n", "\0a", "\n\n"])
    func `a token that fastText would tear apart is left out`(token: String) throws {
        #expect(try words([["x", TokenText(token), "y"], [TokenText(token)]]) == ["x", "y", "</s>"])
    }

    @Test(arguments: ["\u{A0}", "\u{3000}", "\u{2028}", "\u{85}", "\u{1F}", "\u{7F}", "🙂", "</s>"])
    func `other white space and odd tokens are words`(token: String) throws {
        #expect(try words([["x", TokenText(token), TokenText(token)]]) == ["x", TokenText(token), "</s>"])
    }

    @Test func `a stream leaves nothing in its folder`() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try TokenStreamFile(in: folder.path)
            var lines = TokenLines()
            lines.appendDocument(["a"])
            try file.append(lines)
            try file.append(lines)
            #expect(file.documentCount == 2)
            #expect(file.tokenCount == 2)
        }
        #expect(folder.entries.isEmpty)
    }

    @Test func `a folder that cannot be written is named`() throws {
        let folder = try TemporaryFolder()
        let missing = folder.path.appending("missing")
        let error = #expect(throws: EmbeddingError.self) { try TokenStreamFile(in: missing) }
        #expect(
            error?.description
                == "'\(missing)': cannot make a temporary file there: there is no such file or folder")
    }
}
