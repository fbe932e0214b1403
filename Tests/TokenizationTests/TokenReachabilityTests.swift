import Parallel
import SystemPackage
import TestSupport
import Testing
import Vocabularies

@testable import Tokenization

struct TokenReachabilityTests {
    private func tokenizer(_ name: String) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", Fixture("tokenizers/\(name)/tokenizer.json").bytes)
        return try Tokenizer.load(folder.path.appending("tokenizer.json"))
    }

    /// As the library says, too: Tests/Judges/test_token_report.py.
    @Test(arguments: [
        ("de-bpe30k", []), ("de-wordpiece30k", []), ("de-paper-xlmr-unigram-50k", [7828, 19406]),
        ("fr-unigram24k", []),
    ])
    func `tokens that no text leads to are found, the same on any number of threads`(
        name: String, expected: [Int]
    ) throws {
        let tokenizer = try tokenizer(name)
        let found = try #require(TokenReachability(of: tokenizer, workers: Workers(count: 2)))
        #expect(found.unreached.map(\.id) == expected)
        #expect(found.unreached.allSatisfy { $0.isCertain && $0.pieces.count > 1 })
        #expect(found.tested > tokenizer.vocabulary.count - 300)
        #expect(TokenReachability(of: tokenizer, workers: Workers(count: 1)) == found)
    }

    @Test(
        arguments: [
            [0xE4, 0xBD], [0xBD, 0xA0], [0xA0], [0xF0, 0x9F], [0x9F, 0x98, 0x80], [0xC3], [0x20, 0xE2],
            [0xA0, 0xE4, 0xBD],
        ] as [[UInt8]])
    func `half characters are completed`(fragment: [UInt8]) {
        let texts = CharacterCompletions(of: fragment).texts
        #expect(!texts.isEmpty && texts.count <= 256)
        for text in texts {
            #expect(String(validating: text, as: UTF8.self) != nil)
            #expect((0...(text.count - fragment.count)).contains { text[$0...].starts(with: fragment) })
        }
    }

    @Test func `bytes that are in no text cannot be completed`() {
        #expect(CharacterCompletions(of: [0xFF]).texts.isEmpty)
        #expect(CharacterCompletions(of: [0x80, 0x80, 0x80, 0x80]).texts.isEmpty)
        #expect(CharacterCompletions(of: [0xC0, 0x80]).texts.isEmpty)
    }
}
