import FocusEngine
import StaticEmbeddings
import SystemPackage
import TestSupport
import Testing

@Suite struct TokenStreamTests {
    @Test func `tokens stand between spaces, a document a line`() {
        var lines = TokenLines()
        lines.appendDocument(["▁a", "b"])
        lines.appendDocument([])
        lines.appendDocument(["c"])
        #expect(String(decoding: lines.bytes, as: UTF8.self) == "▁a b\n\nc\n")
        #expect(lines.documentCount == 3)
        #expect(lines.tokenCount == 3)
        #expect(lines.leftOutCount == 0)
    }

    @Test(arguments: ["", " ", "\n", "\t", "\r", "\u{B}", "\u{C}", "\0", "a b", "a\n", "\0a", "\n\n"])
    func `a token that would tear others apart is left out`(token: String) {
        var lines = TokenLines()
        lines.appendDocument(["x", TokenText(token), "y"])
        lines.appendDocument([TokenText(token)])
        #expect(lines.bytes == Array("x y\n\n".utf8))
        #expect(lines.leftOutCount == 2)
    }

    @Test(arguments: ["\u{A0}", "\u{3000}", "\u{2028}", "\u{85}", "\u{1F}", "\u{7F}", "🙂", "</s>"])
    func `other white space and odd tokens are words`(token: String) {
        var lines = TokenLines()
        lines.appendDocument([TokenText(token)])
        #expect(lines.bytes == Array((token + "\n").utf8))
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
