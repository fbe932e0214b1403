import TestSupport
import Testing

@testable import Tokenization

@Suite struct PatternTests {
    /// Texts of scalars drawn from the hard texts.
    private func hardTexts(_ count: Int, seed: UInt64) throws -> [[UInt8]] {
        let golden = try GoldenComponents("pretokenization/texts.json")
        let scalars = golden.texts.flatMap { String(decoding: $0, as: UTF8.self).unicodeScalars }
        let contractions = ["'s", "'S", "'\u{17F}", "'ll", "'LL", "'Re", "'ve", "'m", "'d", "\r\n", "  ", " \n", "'"]
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        return (0..<count).map { _ in
            (0..<next(24)).flatMap { _ -> [UInt8] in
                switch next(4) {
                case 0: Array(contractions[next(contractions.count)].utf8)
                case 1: [UInt8(next(0x80))]
                default: Array(String(Character(scalars[next(scalars.count)])).utf8)
                }
            }
        }
    }

    @Test(arguments: [WordScanner.gpt2Expression, WordScanner.llama3Expression, WordScanner.qwen2Expression, " {2,}"])
    func `scanners find what Oniguruma finds`(_ expression: String) throws {
        let scanner = try Pattern(regex: Array(expression.utf8))
        let reference = try Pattern(onlyOniguruma: Array(expression.utf8))
        for text in try hardTexts(3000, seed: 11) {
            let expected = try reference.matches(in: text.span)
            #expect(try scanner.matches(in: text.span) == expected, "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test func `a search without end is given up with an error`() throws {
        let pattern = try Pattern(regex: Array("^(([a-z])+.)+[A-Z]([a-z])+$".utf8))
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 200)
        let error = #expect(throws: TokenizerError.self) { _ = try pattern.matches(in: text.span) }
        #expect(error?.code == .untokenizable)
        #expect(error?.message.contains("retry-limit") == true)
    }

    @Test func `a failed search is told of by the text`() throws {
        let json = #"{"type":"Replace","pattern":{"Regex":"^(([a-z])+.)+[A-Z]([a-z])+$"},"content":""}"#
        let normalizer = try NormalizerFactory.make(.init(json))
        var text = NormalizedText(bytes: [UInt8](repeating: UInt8(ascii: "a"), count: 200), startsAtOrigin: true)
        normalizer?.normalize(&text)
        #expect(text.failure?.code == .untokenizable)
    }

    @Test func `a pattern is shared by threads`() async throws {
        let pattern = try Pattern(onlyOniguruma: Array(WordScanner.llama3Expression.utf8))
        let texts = try hardTexts(500, seed: 3)
        let expected = try texts.map { try pattern.matches(in: $0.span) }
        try await withThrowingTaskGroup(of: [[Range<Int>]].self) { group in
            for _ in 0..<4 { group.addTask { try texts.map { try pattern.matches(in: $0.span) } } }
            for try await matches in group { #expect(matches == expected) }
        }
    }

    @Test func `a text that ends within a character is an error for Oniguruma`() throws {
        let pattern = try Pattern(regex: Array(".".utf8))
        for bytes: [UInt8] in [[0x61, 0xC3], [0xE6, 0x97], [0xF0, 0x9F, 0x91], [0xFC], [0x61, 0xF0, 0x61]] {
            #expect(throws: TokenizerError.self) { _ = try pattern.matches(in: bytes.span) }
        }
    }

    @Test func `an empty literal matches around every character`() throws {
        let matches = try Pattern(literal: []).matches(in: Array("aé".utf8).span)
        #expect(matches == [0..<0, 1..<1, 3..<3])
    }
}
