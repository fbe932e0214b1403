import StaticEmbeddings
import TestSupport
import Testing
import Vocabularies

@Suite struct VectorTextFileTests {
    @Test func `numbers are rounded as numpy rounds them, and only the space separates`() throws {
        let folder = try TemporaryFolder()
        let file = try VectorTextFile(try folder.fastTextFixture("odd.vec"))
        #expect(file.dimension == 3)
        #expect(file.wordCount == 10)
        for expected in try GoldenVector.all("odd") {
            #expect(file.contains(expected.word))
            #expect(try file.vector(of: expected.word)?.map(\.bitPattern) == expected.bits, "\(expected.word)")
        }
        #expect(!file.contains("a"))
        #expect(try file.vector(of: "a") == nil)
        // U+00E9 and e + U+0301 look the same and are two words.
        #expect(file.words.count == 10)
        #expect(try file.vector(of: "\u{E9}") != file.vector(of: "e\u{301}"))
    }

    @Test(arguments: ["2 2\na 1 2\nb 3 4\n", "2 2\r\na 1 2\r\nb 3 4\r\n", "2 2\na 1 2 \nb 3 4 \n", "2 2\na 1 2\nb 3 4"])
    func `lines may end in a space, in CR LF, and the last in nothing`(text: String) throws {
        let folder = try TemporaryFolder()
        let file = try VectorTextFile(try folder.write("a.vec", text))
        #expect(try file.vector(of: "a") == [1, 2])
        #expect(try file.vector(of: "b") == [3, 4])
    }

    @Test(arguments: [
        ("", 1, EmbeddingError.Code.unrecognized), ("a 1 2\n", 1, .unrecognized), ("2\na 1\nb 2\n", 1, .unrecognized),
        ("0 2\n", 1, .unrecognized), ("-1 2\na 1 2\n", 1, .unrecognized), ("2 0\na\nb\n", 1, .unrecognized),
        ("9223372036854775807 9223372036854775807\na 1 2\n", 1, .truncated), ("1000000 2\na 1 2\n", 1, .truncated),
        ("3 1\na 1\nb 2\n", 3, .truncated), ("1 1\na 1\nb 2\n", 3, .invalid), ("2 2\na 1 2\nb 3\n", 3, .invalid),
        ("2 2\na 1 2 3\nb 3 4\n", 2, .invalid), ("2 2\n\na 1 2\nb 3 4\n", 2, .invalid),
        ("1 1\n     \n", 2, .invalid), ("99999999999999999999 1\na 1\n", 1, .unrecognized),
    ])
    func `a count or a dimension that does not hold is named by line`(
        text: String, line: Int, code: EmbeddingError.Code
    ) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.vec", text)
        let error = #expect(throws: EmbeddingError.self) { try VectorTextFile(path) }
        #expect(error?.line == line)
        #expect(error?.code == code)
    }

    @Test(arguments: ["x", "0x10", "1,5", "", "--1", "1e", "\u{661}"])
    func `a field that is no number is an error when it is asked for`(field: String) throws {
        let folder = try TemporaryFolder()
        let file = try VectorTextFile(try folder.write("a.vec", "2 2\na 1 2\nb \(field) 4\n"))
        #expect(try file.vector(of: "a") == [1, 2])
        let error = #expect(throws: EmbeddingError.self) { try file.vector(of: "b") }
        #expect(error?.line == 3)
    }

    @Test func `a file that is cut short is refused, or lacks digits of its last number only`() throws {
        let folder = try TemporaryFolder()
        let whole = try Fixture("fasttext/odd.vec").bytes
        for length in 0..<whole.count - 1 {
            let path = try folder.write("cut.vec", Array(whole[..<length]))
            let error = #expect(throws: EmbeddingError.self, "\(length)") { try VectorTextFile(path) }
            #expect(error != nil)
        }
    }
}
