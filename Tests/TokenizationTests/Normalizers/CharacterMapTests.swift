import JSON
import TestSupport
import Testing

@testable import Tokenization

@Suite struct CharacterMapTests {
    private func realMap() throws -> [UInt8] {
        let root = try JSONDocument(Fixture("tokenizers/de-paper-xlmr-unigram-50k/tokenizer.json").bytes).root
        let text = try #require(root["normalizer"]?["precompiled_charsmap"]?.bytes)
        return try #require(Base64.decode(text))
    }

    /// Looks up the starts of all hard texts.
    private func search(_ map: CharacterMap) throws {
        for text in try GoldenComponents("normalization/texts.json").texts {
            for start in text.indices { _ = map.replacement(for: start..<text.count, of: text.span) }
        }
    }

    @Test func `a map cut short is an error or a map, never a trap`() throws {
        let data = try realMap()
        let arraySize = Int(data[0]) | Int(data[1]) << 8 | Int(data[2]) << 16 | Int(data[3]) << 24
        for length in [0, 1, 3, 4, 7, 8, 100, arraySize / 2, arraySize, arraySize + 3] {
            #expect(throws: TokenizerError.self) { _ = try CharacterMap(Array(data[..<length])) }
        }
        try search(CharacterMap(Array(data[..<(arraySize + 4)])))
    }

    @Test(arguments: 0..<20)
    func `a map with damaged bytes is searched without a trap`(_ seed: UInt64) throws {
        var data = try realMap()
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // The array alone: the texts must stay UTF-8.
            data[4 + Int(state >> 33) % 100_000] = UInt8(truncatingIfNeeded: state >> 24)
        }
        try search(CharacterMap(data))
    }

    @Test func `texts that are not UTF-8 or too long are errors`() throws {
        let array: [UInt8] = [4, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: TokenizerError.self) { _ = try CharacterMap(array + [0xFF, 0]) }
        #expect(throws: TokenizerError.self) { _ = try CharacterMap(array + [UInt8](repeating: 0x61, count: 5000)) }
    }
}
