import FocusEngine
import StaticEmbeddings
import TestSupport
import Testing
import Vocabularies

@Suite struct AuxiliaryVectorsTests {
    private func vocabulary(_ tokens: [TokenText]) throws -> Vocabulary {
        try Vocabulary(tokens: tokens.enumerated().map { (id: $0.offset, text: $0.element) }, spelling: .plain)
    }

    @Test func `at the token level a token needs its own entry in the dictionary`() throws {
        let folder = try TemporaryFolder()
        let model = try FastTextModel(try folder.fastTextFixture("cbow.bin"))
        let golden = try GoldenVector.all("cbow")
        let vectors = try AuxiliaryVectors(tokensOf: vocabulary(golden.map(\.word)), in: model)
        let expected = golden.indices.filter { golden[$0].isKnown && golden[$0].bits.contains { $0 << 1 != 0 } }
        #expect(vectors.ids == expected)
        #expect(vectors.dimension == 10)
        #expect(vectors.values.map(\.bitPattern) == expected.flatMap { golden[$0].bits })
    }

    @Test func `at the word level the decoded text without white space is looked up, n-grams and all`() throws {
        let folder = try TemporaryFolder()
        let model = try FastTextModel(try folder.fastTextFixture("cbow.bin"))
        let golden = try GoldenVector.all("cbow").filter { word in
            // White space of its own would be taken off.
            !["", "\u{A0}", "\u{3000}"].contains(word.word)
        }
        let spaces = ["", " ", "\u{3000}", "\n\t", "\u{1F}\u{2003}"]
        let vectors = try AuxiliaryVectors(
            wordsOf: vocabulary(golden.indices.map { TokenText("token \($0)") } + ["none", "blank"]), in: model
        ) { id in
            guard id < golden.count else { return id == golden.count ? nil : Array(" \u{3000}".utf8) }
            let space = Array(spaces[id % spaces.count].utf8)
            return space + golden[id].word.bytes + space
        }
        let expected = golden.indices.filter { golden[$0].bits.contains { $0 << 1 != 0 } }
        #expect(vectors.ids == expected)
        #expect(vectors.values.map(\.bitPattern) == expected.flatMap { golden[$0].bits })
    }

    @Test func `bytes that are not UTF-8 are looked up as they are`() throws {
        let listed = try ListedVectors(
            words: [TokenText([0xC3]), TokenText([0x80, 0x20, 0xFF])], values: [1, 2], dimension: 1)
        let vectors = try AuxiliaryVectors(wordsOf: vocabulary(["a", "b", "c"]), in: listed) { id in
            [[0x20, 0xC3, 0xE3, 0x80, 0x80], [0x20, 0x80, 0x20, 0xFF, 0x20], [0xE3, 0x80]][id]
        }
        #expect(vectors.ids == [0, 1])
    }

    @Test func `a list in memory must agree with itself`() throws {
        let listed = try ListedVectors(words: ["a", "e\u{301}", "\u{E9}"], values: [1, 2, 3, 4, 5, 6], dimension: 2)
        #expect(listed.vector(of: "\u{E9}") == [5, 6])
        #expect(listed.vector(of: "b") == nil)
        #expect(listed.wordCount == 3)
        #expect(throws: EmbeddingError.self) { try ListedVectors(words: ["a"], values: [1, 2, 3], dimension: 2) }
        #expect(throws: EmbeddingError.self) { try ListedVectors(words: ["a"], values: [1], dimension: 0) }
        let twice = #expect(throws: EmbeddingError.self) {
            try ListedVectors(words: ["a", "b", "a"], values: [1, 2, 3], dimension: 1)
        }
        #expect(twice?.description == "'a' is listed twice, as words 1 and 3: keep one of them")
        let vectors = try AuxiliaryVectors(tokensOf: vocabulary(["\u{E9}", "x", "a"]), in: listed)
        #expect(vectors.ids == [0, 2])
        #expect(vectors.values == [5, 6, 1, 2])
    }
}
