import JSON
import TestSupport
import Testing

@testable import Parallel
@testable import Vocabularies

struct CanonicalFormTests {
    @Test(arguments: ["source", "target-unigram", "target-bpe", "target-wordpiece", "target-extended"])
    func `every form is the reference's`(name: String) throws {
        let vocabulary = try GoldenCase.vocabulary(name)
        let forms = CanonicalVocabulary(vocabulary, likeReference: true)
        let tokens = try present(JSONDocument(Fixture("golden/canonical-\(name).json").bytes).root["tokens"])
        #expect(tokens.count == vocabulary.count)
        for token in tokens.elements {
            let id = try #require(token["id"]?.integer)
            #expect(vocabulary.text(of: id)?.bytes == token["native"]?.bytes)
            let form = try #require(forms.form(of: id))
            #expect(form.text.bytes == token["canonical"]?.bytes, "token \(id)")
            #expect(form.fuzzy.bytes == token["fuzzy"]?.bytes, "token \(id)")
            #expect(form.beginsWord == token["beginning_of_word"]?.boolean, "token \(id)")
            #expect(form.isSymbol == token["symbol"]?.boolean, "token \(id)")
        }
    }

    @Test(arguments: ["de-bpe30k", "de-paper-xlmr-unigram-50k", "de-wordpiece30k", "fr-unigram24k"])
    func `every form of a whole vocabulary is the reference's`(name: String) throws {
        let vocabulary = try TokenizerFixture("tokenizers/" + name).vocabulary
        let forms = CanonicalVocabulary(vocabulary, likeReference: true, workers: Workers(count: 2))
        let lines = try Fixture("golden/canonical/\(name).jsonl").lines
        #expect(lines.count == vocabulary.count)
        var wrong: [Int] = []
        for line in lines {
            let parts = Array(try JSONDocument(line).root.elements)
            let id = try #require(parts[0].integer)
            let form = try #require(forms.form(of: id))
            let isRight =
                form.text.bytes == parts[2].bytes && form.fuzzy.bytes == parts[3].bytes
                && form.beginsWord == parts[4].boolean
            if !isRight { wrong.append(id) }
        }
        #expect(wrong.isEmpty)
    }

    private func forms(
        _ tokens: [String], _ spelling: TokenSpelling, special: Set<Int> = [], likeReference: Bool = false
    ) throws -> [CanonicalForm] {
        let list = tokens.enumerated().map { (id: $0.offset, text: TokenText($0.element)) }
        let vocabulary = try Vocabulary(tokens: list, spelling: spelling, specialIDs: special)
        let forms = CanonicalVocabulary(vocabulary, likeReference: likeReference)
        return tokens.indices.compactMap { forms.form(of: $0) }
    }

    @Test func `fragments of UTF-8 keep their bytes, and are all one in the reference`() throws {
        let tokens = ["Ã", "Â", "Ġâ", "Ã¤"]
        #expect(
            try forms(tokens, .byteLevel).map(\.text.bytes)
                == [[0xC3], [0xC2], [0xE2, 0x96, 0x81, 0xE2], [0xC3, 0xA4]])
        let reference = try forms(tokens, .byteLevel, likeReference: true).map(\.text)
        #expect(reference == ["\u{FFFD}", "\u{FFFD}", "▁\u{FFFD}", "ä"])
    }

    @Test func `white space keeps what is not a space, and is nothing in the reference`() throws {
        let tokens = ["Ċ", "ĉ", "Ġ", "ĠĠ", "ĠĊ", "Ċa"]
        #expect(try forms(tokens, .byteLevel).map(\.text) == ["\n", "\t", "▁", "▁", "▁\n", "a"])
        let reference = try forms(tokens, .byteLevel, likeReference: true).map(\.text)
        #expect(reference == ["", "", "▁", "▁", "▁", "a"])
    }

    @Test func `byte tokens that spell no printable character are their byte`() throws {
        let tokens = ["<0x0A>", "<0xE4>", "<0x41>", "<0xe4>", "<0x0A>x"]
        #expect(
            try forms(tokens, .sentencePiece).map(\.text.bytes)
                == [[0x0A], [0xE4], Array("<0x41>".utf8), Array("<0xe4>".utf8), Array("<0x0A>x".utf8)])
        let many = tokens + (0..<101).map { "▁\($0)" }
        let reference = try forms(many, .sentencePiece, likeReference: true).map(\.text)
        #expect(reference.prefix(5).map(\.description) == tokens)
    }

    @Test func `special tokens of a WordPiece vocabulary do not start words, and do in the reference`() throws {
        let tokens = ["[PAD]", "Haus", "##tür", ","]
        let forms = try forms(tokens, .wordPiece, special: [0])
        #expect(forms.map(\.text) == ["[PAD]", "▁Haus", "tür", "▁,"])
        #expect(forms.map(\.isSymbol) == [true, false, false, true])
        let many = tokens + (0..<101).map { "##\($0)" }
        let reference = try self.forms(many, .wordPiece, special: [0], likeReference: true)
        #expect(reference.prefix(4).map(\.text) == ["▁[PAD]", "▁Haus", "tür", "▁,"])
        #expect(!reference[0].isSymbol)
    }

    @Test func `the route follows the spelling, and a count in the reference`() throws {
        #expect(try forms(["▁a"], .sentencePiece).map(\.beginsWord) == [true])
        #expect(try forms(["▁a"], .sentencePiece, likeReference: true).map(\.beginsWord) == [false])
    }

    @Test(arguments: [
        (DecodingStep.stripStart([0x20], limit: 1), "  a", " a"), (.stripEnd([0x20], limit: 5), "a  ", "a"),
        (.byteFallback, "<0x41>", "A"), (.cleanUpSpaces, "do n't .", "don't."),
        (.cleanUpWordPieceSpaces, "I do not 's", "I don't's"),
        (.replace([0x2D], with: [0x2B, 0x2B]), "a-b-", "a++b++"),
        (.replace([], with: [0x2B]), "ab", "ab"),
    ])
    func `a step of decoding does its part`(step: DecodingStep, text: String, expected: String) {
        var bytes = Array(text.utf8)
        step.apply(to: &bytes)
        #expect(bytes == Array(expected.utf8))
    }
}
