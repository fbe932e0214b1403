import Parallel
import TestSupport
import Testing

@testable import Tokenization

/// Laws of encoding that hold for any tokenizer.
struct EncodingTests {
    private static func load(_ name: String) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        return try Tokenizer.load(folder.write("tokenizer.json", Fixture("tokenizers/\(name)/tokenizer.json").bytes))
    }

    private static func documents() throws -> [[UInt8]] {
        try Fixture("golden/tokenization/fr-unigram24k.jsonl").lines
    }

    @Test(arguments: [1, 2, 5])
    func `a batch gives what its documents give alone`(workers: Int) throws {
        let tokenizer = try EncodingTests.load("fr-unigram24k")
        let documents = try EncodingTests.documents()
        let batch = try tokenizer.encodeBatch(documents, addSpecialTokens: true, workers: Workers(count: workers))
        #expect(try batch == documents.map { try tokenizer.encode($0, addSpecialTokens: true) })
        #expect(try tokenizer.encodeBatch([], workers: Workers(count: workers)).isEmpty)
    }

    @Test func `scratch memory forgets its words when another tokenizer uses it`() throws {
        let first = try EncodingTests.load("de-bpe30k")
        let second = try EncodingTests.load("de-wordpiece30k")
        var scratch = EncodingScratch()
        for text in ["Tag und Nacht", "Tag", "Nacht und Tag"].map({ Array($0.utf8) }) {
            for tokenizer in [first, second] {
                var ids: [Int32] = []
                try tokenizer.encode(text.span, into: &ids, scratch: &scratch)
                #expect(try ids == tokenizer.encode(text))
            }
        }
    }

    @Test func `ill-formed text is read as if it were repaired`() throws {
        let tokenizer = try EncodingTests.load("de-bpe30k")
        let text: [UInt8] = [0x61, 0xFF, 0x20, 0xE2, 0x82, 0x62, 0xC0]
        #expect(try tokenizer.encode(text) == tokenizer.encode(Array("a\u{FFFD} \u{FFFD}b\u{FFFD}".utf8)))
        #expect(try tokenizer.modelIDs(of: [0xFF]).isEmpty == tokenizer.modelIDs(of: Array("\u{FFFD}".utf8)).isEmpty)
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["de-bpe30k", "fr-unigram24k", "de-wordpiece30k"])
    func `a word of a million bytes takes no more than a moment`(name: String) throws {
        let tokenizer = try EncodingTests.load(name)
        let word = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(try tokenizer.encode(word).count > 0)
    }

    @Test func `ids that are no tokens decode to nothing`() throws {
        let tokenizer = try EncodingTests.load("de-bpe30k")
        #expect(tokenizer.decode([-1, Int32.max, Int32.min, 30_000]).isEmpty)
        #expect(tokenizer.text(of: Int.max) == nil)
        #expect(tokenizer.decode([]).isEmpty)
    }

    @Test func `the bare model takes its piece as it is`() throws {
        let tokenizer = try EncodingTests.load("fr-unigram24k")
        let word = Array("\u{2581}de".utf8)
        #expect(try tokenizer.modelIDs(of: word) == tokenizer.encode(Array("de".utf8)))
        #expect(try tokenizer.modelIDs(of: Array("de".utf8)) != tokenizer.modelIDs(of: word))
        #expect(try tokenizer.modelIDs(of: []).isEmpty)
    }
}
