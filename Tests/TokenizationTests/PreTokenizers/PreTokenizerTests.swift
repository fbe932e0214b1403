import JSON
import TestSupport
import Testing

@testable import Tokenization

@Suite struct PreTokenizerTests {
    private func pieces(
        of text: [UInt8], after normalizer: (any Normalizer)? = nil, cutBy preTokenizer: any PreTokenizer
    ) -> [[UInt8]] {
        var normalized = NormalizedText(bytes: text, startsAtOrigin: true)
        normalizer?.normalize(&normalized)
        var cut = PreTokenizedText(normalized)
        preTokenizer.split(&cut)
        cut.spell()
        #expect(cut.failure == nil)
        return cut.pieces.map { Array(cut.bytes[$0]) }
    }

    private func compare(_ golden: GoldenComponents, _ number: Int) throws {
        guard number < golden.components.count else { return }
        let entry = golden.components[number]
        let component = try #require(entry["component"])
        let made = try PreTokenizerFactory.make(component)
        let preTokenizer = try #require(made)
        let normalizer = try entry["normalizer"].flatMap { try NormalizerFactory.make($0) }
        let outputs = try #require(entry["outputs"]).elements.map { $0.elements.compactMap(\.bytes) }
        #expect(outputs.count == golden.texts.count)
        for (text, output) in zip(golden.texts, outputs) {
            let found = pieces(of: text, after: normalizer, cutBy: preTokenizer)
            #expect(
                found == output,
                """
                \(GoldenComponents.text(component)) after \
                \(entry["normalizer"].map(GoldenComponents.text) ?? "nothing"): \
                \(String(decoding: text, as: UTF8.self).unicodeScalars) -> \
                \(found.map { String(decoding: $0, as: UTF8.self) }), \
                not \(output.map { String(decoding: $0, as: UTF8.self) })
                """)
        }
    }

    @Test(arguments: 0..<80)
    func `hard texts are cut as the reference cuts them`(_ number: Int) throws {
        let golden = try GoldenComponents("pretokenization/texts.json")
        #expect(golden.components.count <= 80)
        try compare(golden, number)
    }

    @Test(arguments: 0..<21)
    func `the first piece is known as such after normalization as in the reference`(_ number: Int) throws {
        let golden = try GoldenComponents("pretokenization/after-normalization.json")
        #expect(golden.components.count == 21)
        try compare(golden, number)
    }

    @Test(arguments: 0..<10)
    func `texts with every scalar are cut as the reference cuts them`(_ number: Int) throws {
        let golden = try GoldenComponents("pretokenization/scalars.json")
        #expect(golden.components.count == 10)
        let entry = golden.components[number]
        let component = try #require(entry["component"])
        let made = try PreTokenizerFactory.make(component)
        let preTokenizer = try #require(made)
        let hashes = try #require(entry["hashes"]).elements.compactMap(\.string)
        let differing = zip(golden.blocks, hashes).filter { block, hash in
            let cut = pieces(of: GoldenComponents.sweep(block), cutBy: preTokenizer)
            return GoldenComponents.hash(Array(cut.joined(separator: [0]))) != hash
        }
        #expect(differing.isEmpty, "\(GoldenComponents.text(component)): \(differing.map { String($0.0, radix: 16) })")
    }
}
