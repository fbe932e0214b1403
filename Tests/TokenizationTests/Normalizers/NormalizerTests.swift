import JSON
import TestSupport
import Testing

@testable import Tokenization

@Suite struct NormalizerTests {
    private func normalize(_ text: [UInt8], with normalizer: any Normalizer) -> [UInt8] {
        var normalized = NormalizedText(bytes: text, startsAtOrigin: true)
        normalizer.normalize(&normalized)
        #expect(normalized.failure == nil)
        return normalized.bytes
    }

    @Test(arguments: 0..<45)
    func `hard texts become what the reference makes of them`(_ number: Int) throws {
        let golden = try GoldenComponents("normalization/texts.json")
        #expect(golden.components.count <= 45)
        guard number < golden.components.count else { return }
        let entry = golden.components[number]
        let component = try #require(entry["component"])
        let json = try GoldenComponents.resolved(component)
        let made = try NormalizerFactory.make(json)
        let normalizer = try #require(made)
        let outputs = try #require(entry["outputs"]).elements.compactMap(\.bytes)
        #expect(outputs.count == golden.texts.count)
        for (text, output) in zip(golden.texts, outputs) {
            let found = normalize(text, with: normalizer)
            #expect(
                found == output,
                """
                \(GoldenComponents.text(component)): \(String(decoding: text, as: UTF8.self).unicodeScalars) -> \
                \(String(decoding: found, as: UTF8.self).unicodeScalars), \
                not \(String(decoding: output, as: UTF8.self).unicodeScalars)
                """)
        }
    }

    @Test(arguments: 0..<10)
    func `every scalar becomes what the reference makes of it`(_ number: Int) throws {
        let golden = try GoldenComponents("normalization/scalars.json")
        #expect(golden.components.count == 10)
        let entry = golden.components[number]
        let component = try #require(entry["component"])
        let json = try GoldenComponents.resolved(component)
        let made = try NormalizerFactory.make(json)
        let normalizer = try #require(made)
        let hashes = try #require(entry["hashes"]).elements.compactMap(\.string)
        let differing = zip(golden.blocks, hashes).filter { block, hash in
            GoldenComponents.hash(normalize(GoldenComponents.sweep(block), with: normalizer)) != hash
        }
        #expect(differing.isEmpty, "\(GoldenComponents.text(json)): \(differing.map { String($0.0, radix: 16) })")
    }
}
