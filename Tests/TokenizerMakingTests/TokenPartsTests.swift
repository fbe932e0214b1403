import TestSupport
import Testing
import Tokenization
import Vocabularies

@testable import TokenizerMaking

/// Expected parts are what `tokenizers` 0.23.3 makes of a token's text with none of the merges, with the first, the
/// first two and so on:
///
///     vocab, merges = (json.load(open(f"Tests/Fixtures/tokenizer-variants/{name}.json"))["tokenizer"]["model"][key]
///                      for key in ("vocab", "merges"))
///     models = (BPE(vocab=vocab, merges=[tuple(pair) for pair in merges[:count]], **other)
///               for count in range(len(merges) + 1))  # other: prefix, suffix and byte fallback of the model
///     sorted({token.value for model in models for token in model.tokenize(text)} - {text})
struct TokenPartsTests {
    /// The texts of the parts of `token`, as a set in words.
    private func parts(of token: String, in name: String) throws -> Set<String> {
        let folder = try TemporaryFolder()
        let tokenizer = try TokenizerFolder(try Variant(name, in: folder).path)
        let vocabulary = tokenizer.tokenizer.vocabulary
        let id = try #require(vocabulary.id(of: Array(token.utf8)))
        let parts = try #require(TokenParts(of: tokenizer))
        return Set(
            parts.parts(of: id, Array(token.utf8)).compactMap { id in
                vocabulary.text(of: id).map { String(decoding: $0.bytes, as: UTF8.self) }
            })
    }

    @Test(arguments: [
        ("gemma", "werden▁", "d e en en▁ er n r w wer werd ▁"),
        ("gemma", "enthäl", "e en ent h häl l n t ä äl"),
        ("byte-level-prefixed", "Ġwerden", "d den e en er n r w Ġ Ġw Ġwer"),
        ("byte-level-prefixed", "lich", "c ch h i ich l"),
        ("word-ends", "sten</w>", "e en</w> n</w> s st t"),
        ("word-ends", "der</w>", "d e er</w> r</w>"),
        ("continuations-fused", "nicht", "##c ##ch ##h ##i ##ich ##icht ##t n"),
        ("continuations-fused", "eine", "##e ##i ##in ##n e ein"),
    ])
    func `parts are what merges make on the way`(_ name: String, _ token: String, _ expected: String) throws {
        #expect(try parts(of: token, in: name) == Set(expected.split(separator: " ").map(String.init)))
    }

    @Test(arguments: [("gemma", "w"), ("gemma", "<s>"), ("word-ends", "d")])
    func `a character and a special token have none`(_ name: String, _ token: String) throws {
        #expect(try parts(of: token, in: name).isEmpty)
    }

    @Test(arguments: ["bert-uncased", "t5", "words"])
    func `other models have no parts`(_ name: String) throws {
        let folder = try TemporaryFolder()
        #expect(TokenParts(of: try TokenizerFolder(try Variant(name, in: folder).path)) == nil)
    }
}
