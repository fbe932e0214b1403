import JSON
import TestSupport
import Testing

@testable import Vocabularies

struct PythonTextTests {
    @Test func `lower case, symbols and leading space are those of Python`() throws {
        for sample in try JSONDocument(Fixture("characters.json").bytes).root.elements {
            let parts = Array(sample.elements)
            let text = try #require(parts[0].bytes)
            #expect(PythonText.lower(text) == parts[1].bytes, "lower case of \(TokenText(text))")
            #expect(PythonText.isSymbol(text) == parts[2].boolean, "whether \(text) is a symbol")
            #expect(Array(text[PythonText.startAfterSpace(text)...]) == parts[3].bytes)
        }
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xE2, 0x96], "\u{FFFD}"), ([0xE0, 0x80, 0x41], "\u{FFFD}\u{FFFD}A"),
            ([0xF0, 0x9F, 0x98, 0x41], "\u{FFFD}A"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF0, 0x9F, 0x98, 0x80], "\u{1F600}"), ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
        ] as [([UInt8], String)])
    func `ill-formed bytes are repaired as the standard says`(bytes: [UInt8], text: String) {
        #expect(bytes.repaired == Array(text.utf8))
    }

    @Test func `lower case passes on bytes that are not UTF-8`() {
        #expect(PythonText.lower([0x41, 0xE4, 0x42]) == [0x61, 0xE4, 0x62])
    }
}
