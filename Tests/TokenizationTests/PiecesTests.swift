import FocusEngine
import SystemPackage
import TestSupport
import Testing
import Tokenization

struct PiecesTests {
    private func pieces(_ tokenizer: String, _ text: String, _ beginsWord: Bool) throws -> [String] {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", Fixture("tokenizers/\(tokenizer)/tokenizer.json").bytes)
        let tokenizer = try Tokenizer.load(folder.path.appending("tokenizer.json"))
        return tokenizer.pieces(of: Array(text.utf8), beginsWord: beginsWord)
            .compactMap { tokenizer.vocabulary.text(of: $0)?.description }
    }

    @Test(arguments: ["de-paper-xlmr-unigram-50k", "de-bpe30k", "de-wordpiece30k", "fr-unigram24k"])
    func `pieces of a word are the tokens of its text`(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", Fixture("tokenizers/\(name)/tokenizer.json").bytes)
        let tokenizer = try Tokenizer.load(folder.path.appending("tokenizer.json"))
        // The second word of a text stands as any word does, whatever is done to the first.
        for word in ["Betriebssystem", "Zwischenspeicherverwaltung", "café", "12345"] {
            let first = try tokenizer.encode(Array("x".utf8)).count
            let expected = try tokenizer.encode(Array("x \(word)".utf8)).dropFirst(first).map(Int.init)
            // Tokenizers that cut numbers into digits do so before the model.
            guard word != "12345" || expected.count == 1 else { continue }
            #expect(tokenizer.pieces(of: Array(word.utf8), beginsWord: true) == expected, "\(word)")
        }
    }

    @Test func `a text within a word has no sign of a word's start`() throws {
        #expect(try pieces("de-wordpiece30k", "ung", false) == ["##ung"])
        #expect(try pieces("de-paper-xlmr-unigram-50k", "ung", false) == ["ung"])
        #expect(try pieces("de-bpe30k", "ung", false) == ["ung"])
        #expect(try pieces("de-bpe30k", "und", true) == ["Ġund"])
    }

    @Test func `what cannot be split into known pieces has none`() throws {
        #expect(try pieces("de-wordpiece30k", "漢", true).isEmpty)
        #expect(try pieces("de-paper-xlmr-unigram-50k", "", false).isEmpty)
    }
}
