import JSON
import SystemPackage
import TestSupport
import Testing

@testable import Tokenization
import Vocabularies

/// Tokenizers from the files that came before tokenizer.json, and what is known of their tokens.
struct TokenizerLoadingTests {
    private let texts = [
        "Guten Tag, wie geht's?", "  Zwei  Leerzeichen \t\n ", "Ärger über Öl", "<mask> x", "l'été 12345", "[MASK]!",
    ].map { Array($0.utf8) }

    private func document(_ name: String) throws -> JSONValue {
        try JSONDocument(Fixture("tokenizers/\(name)/tokenizer.json").bytes).root
    }

    @Test func `vocab.json and merges.txt make the tokenizer that tokenizer.json makes`() throws {
        let model = try #require(document("de-bpe30k")["model"])
        let folder = try TemporaryFolder()
        let merges = try #require(model["merges"]).elements.map { pair in
            pair.bytes ?? Array(pair.elements.compactMap(\.bytes).joined(separator: [0x20]))
        }
        try folder.write("vocab.json", JSONBuilder(#require(model["vocab"])).written())
        try folder.write("merges.txt", Array("#version: 0.2\n".utf8) + merges.joined(separator: [0x0A]) + [0x0A])
        try folder.write("config.json", #"{"model_type": "roberta"}"#)
        try folder.write("special_tokens_map.json", #"{"bos_token": "<s>", "mask_token": {"content": "<mask>"}}"#)
        let made = try Tokenizer.load(folder.path)
        let expected = try Tokenizer.made(from: document("de-bpe30k"))
        for text in texts { #expect(try made.encode(text) == expected.encode(text)) }
        #expect(made.vocabulary.spelling == .byteLevel)
        #expect(made.vocabulary.roles[.mask] == expected.vocabulary.id(of: "<mask>"))
        let framed = try made.encode(texts[0], addSpecialTokens: true)
        #expect(try framed == expected.encode(texts[0], addSpecialTokens: true))
        #expect(try Tokenizer.load(folder.path.appending("merges.txt")).encode(texts[0]) == expected.encode(texts[0]))
    }

    @Test func `vocab.txt makes the tokenizer that tokenizer.json makes`() throws {
        let root = try document("de-wordpiece30k")
        let vocab = try #require(root["model"]?["vocab"])
        var lines = [[UInt8]](repeating: [], count: vocab.count)
        for (token, id) in vocab.members { lines[try #require(id.integer)] = token }
        let folder = try TemporaryFolder()
        try folder.write("vocab.txt", Array(lines.joined(separator: [0x0A])) + [0x0A])
        try folder.write("tokenizer_config.json", #"{"do_lower_case": false, "strip_accents": false}"#)
        let made = try Tokenizer.load(folder.path)
        let expected = try Tokenizer.made(from: root)
        for text in texts {
            #expect(try made.encode(text, addSpecialTokens: true) == expected.encode(text, addSpecialTokens: true))
        }
        #expect(made.vocabulary.spelling == .wordPiece)
        #expect(made.vocabulary.roles[.classification] == 2)
        // BERT's own default is lower case.
        let lower = try Tokenizer.load(folder.path.appending("vocab.txt"))
        #expect(try lower.encode(Array("TAG".utf8)) == expected.encode(Array("tag".utf8)))
    }

    @Test func `XLM-R numbers the pieces of its model in its own order`() throws {
        let folder = try TemporaryFolder()
        try folder.write("sentencepiece.bpe.model", Fixture("sentencepiece/unigram-bytes.model").bytes)
        let plain = try Tokenizer.load(folder.path)
        try folder.write(
            "tokenizer_config.json", #"{"tokenizer_class": "XLMRobertaTokenizer", "mask_token": "<mask>"}"#)
        let moved = try Tokenizer.load(folder.path)
        let text = Array("der Tag und die Nacht".utf8)
        let pieces = try plain.encode(text).map { plain.text(of: Int($0)) }
        #expect(try moved.encode(text).map { moved.text(of: Int($0)) } == pieces)
        #expect(["<s>", "<pad>", "</s>", "<unk>"].map { moved.vocabulary.id(of: $0) } == [0, 1, 2, 3])
        #expect(moved.vocabulary.roles[.mask] == moved.vocabulary.rowCount - 1)
        #expect(try moved.encode(text, addSpecialTokens: true).first == 0)
        #expect(try moved.encode(text, addSpecialTokens: true).last == 2)
    }

    @Test func `roles follow the configuration, then the well-known texts`() throws {
        let folder = try TemporaryFolder()
        try folder.copyFixtures("tokenizers/fr-unigram24k", ["tokenizer.json"])
        let inferred = try Tokenizer.load(folder.path).vocabulary
        #expect(inferred.roles[.beginning] == 0)
        #expect(inferred.roles[.end] == 2)
        #expect(inferred.roles[.classification] == nil)
        #expect(inferred.specialIDs.isSuperset(of: [0, 1, 2, 3]))
        try folder.write("tokenizer_config.json", #"{"cls_token": {"content": "<s>"}, "eos_token": "<pad>"}"#)
        let configured = try Tokenizer.load(folder.path).vocabulary
        #expect(configured.roles[.classification] == 0)
        // What really ends a text counts before what is named.
        #expect(configured.roles[.end] == 2)
        try folder.write("tokenizer_config.json", #"{"mask_token": "<pad>"}"#)
        #expect(try Tokenizer.load(folder.path).vocabulary.roles[.mask] == 1)
    }

    @Test(arguments: [
        ("de-bpe30k", TokenSpelling.byteLevel), ("de-wordpiece30k", .wordPiece), ("fr-unigram24k", .sentencePiece),
    ])
    func `the spelling follows the components`(name: String, spelling: TokenSpelling) throws {
        #expect(try Tokenizer.made(from: document(name)).vocabulary.spelling == spelling)
    }

    @Test func `added tokens are numbered as the reference does, whatever the file says`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "tokenizer.json",
            #"""
            {"added_tokens": [
              {"id": 500, "content": "<x>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
              {"id": 10, "content": "a", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": false}],
             "pre_tokenizer": {"type": "WhitespaceSplit"},
             "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 7, "[UNK]": 2}, "unk_token": "[UNK]"}}
            """#)
        let tokenizer = try Tokenizer.load(path)
        #expect(try tokenizer.encode(Array("a <x> b q".utf8)) == [0, 3, 7, 2])
        #expect(tokenizer.vocabulary.rowCount == 8)
        #expect(tokenizer.vocabulary.count == 4)
        #expect(tokenizer.vocabulary.roles == [.unknown: 2])
    }
}
