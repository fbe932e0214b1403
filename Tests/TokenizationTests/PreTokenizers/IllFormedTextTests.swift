import JSON
import TestSupport
import Testing

@testable import Tokenization

extension JSONValue {
    /// The value of a JSON text.
    init(_ text: String) throws {
        self = try JSONDocument(Array(text.utf8)).root
    }
}

@Suite struct IllFormedTextTests {
    private func noise(_ seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<300).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
    }

    @Test func `no normalizer traps on bytes that are not UTF-8`() throws {
        let golden = try GoldenComponents("normalization/texts.json")
        for entry in golden.components {
            let component = try #require(entry["component"])
            let normalizer = try NormalizerFactory.make(GoldenComponents.resolved(component))
            for seed in 0..<10 as Range<UInt64> {
                var text = NormalizedText(bytes: noise(seed), startsAtOrigin: true)
                normalizer?.normalize(&text)
            }
        }
    }

    @Test func `no pre-tokenizer traps on bytes that are not UTF-8`() throws {
        let golden = try GoldenComponents("pretokenization/texts.json")
        for entry in golden.components {
            let component = try #require(entry["component"])
            let preTokenizer = try PreTokenizerFactory.make(component)
            for seed in 0..<10 as Range<UInt64> {
                var text = PreTokenizedText(NormalizedText(bytes: noise(seed), startsAtOrigin: true))
                preTokenizer?.split(&text)
                text.spell()
                #expect(text.pieces.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= text.bytes.count })
            }
        }
    }

    @Test func `marks piled up without end are sorted in time`() {
        var bytes = Array("e".utf8)
        for _ in 0..<50_000 { bytes += [0xCC, 0x81, 0xCC, 0xA3] }
        NormalizationForm.d.apply(to: &bytes)
        let low = (0..<50_000).flatMap { _ in [0xCC, 0xA3] as [UInt8] }
        let high = (0..<50_000).flatMap { _ in [0xCC, 0x81] as [UInt8] }
        #expect(bytes == Array("e".utf8) + low + high)
    }

    @Test func `GPT-2's spelling of bytes is one to one`() {
        #expect(Set(ByteLevelTable.scalars).count == 256)
        for byte in UInt8.min...UInt8.max {
            #expect(ByteLevelTable.byte(for: ByteLevelTable.scalars[Int(byte)]) == byte)
        }
        // From GPT-2's own vocabulary: a space is U+0120, a line feed U+010A.
        #expect(ByteLevelTable.scalars[0x20] == 0x120)
        #expect(ByteLevelTable.scalars[0x0A] == 0x10A)
        #expect(ByteLevelTable.byte(for: 0xAD) == nil)
    }
}
