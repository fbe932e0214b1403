import JSON
import TestSupport
import Testing

@testable import Tokenization
import Vocabularies

/// Ids, tokens and decoded texts against those of the Hugging Face `tokenizers` package.
struct GoldenTokenizationTests {
    @Test(arguments: ["de-bpe30k", "de-paper-bpe-50k", "de-paper-xlmr-unigram-50k", "de-wordpiece30k", "fr-unigram24k"])
    func `real tokenizers give the reference's ids on hard lines`(name: String) throws {
        let folder = try TemporaryFolder()
        let tokenizer = try Tokenizer.load(
            folder.copyFixtures("tokenizers/\(name)", ["tokenizer.json", "tokenizer_config.json"]))
        let lines = try Fixture("golden/tokenization/\(name).jsonl").lines
        #expect(lines.count == 519)
        for line in lines {
            let golden = GoldenCase(try JSONDocument(line).root)
            #expect(golden.ids != nil)
            if let difference = try golden.difference(tokenizer) { Issue.record("\(difference)") }
        }
    }

    @Test(arguments: [
        "bert-uncased", "byte-level-ignoring-merges", "byte-level-normalizer", "byte-level-prefixed",
        "continuations-fused", "continuations-unfused", "ctc", "gemma", "llama", "llama-first", "no-unknown",
        "some-bytes", "t5", "unigram-bytes", "unigram-lifted", "word-ends", "words",
    ])
    func `unusual components give the reference's ids on hard texts`(name: String) throws {
        let document = try JSONDocument(Fixture("tokenizer-variants/\(name).json").bytes)
        let tokenizer = try Tokenizer.made(from: #require(document.root["tokenizer"]))
        let cases = try #require(document.root["cases"])
        #expect(cases.count > 50)
        for json in cases.elements {
            if let difference = try GoldenCase(json).difference(tokenizer) { Issue.record("\(difference)") }
        }
    }

    @Test(arguments: ["unigram", "unigram-bytes", "bpe-bytes", "bpe-unprefixed"])
    func `SentencePiece models give SentencePiece's ids`(name: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("tokenizer.model", Fixture("sentencepiece/\(name).model").bytes)
        let golden = try JSONDocument(Fixture("sentencepiece/\(name).json").bytes).root
        let tokenizer = try Tokenizer.load(file)
        #expect(tokenizer.vocabulary.spelling == .sentencePiece)
        let pieces = try #require(golden["pieces"]).elements.compactMap(\.bytes)
        #expect(tokenizer.vocabulary.ids.map { tokenizer.vocabulary.text(of: $0)?.bytes } == pieces)
        for json in try #require(golden["cases"]).elements {
            if let difference = try GoldenCase(json).difference(tokenizer) { Issue.record("\(difference)") }
        }
    }
}

extension Tokenizer {
    /// The tokenizer that `json` describes as tokenizer.json does.
    static func made(from json: JSONValue) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        return try load(folder.write("tokenizer.json", JSONBuilder(json).written()))
    }
}
