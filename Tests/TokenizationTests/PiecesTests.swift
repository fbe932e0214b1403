import JSON
import SystemPackage
import TestSupport
import Testing
import Tokenization
import Vocabularies

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

    /// But for two tokens that a combining accent begins, and two that are less probable than their parts (so says the
    /// library, too).
    @Test(arguments: [
        ("de-paper-xlmr-unigram-50k", 4), ("fr-unigram24k", 0), ("de-bpe30k", 0), ("de-paper-bpe-50k", 0),
        ("de-wordpiece30k", 0),
    ])
    func `a token's own text is split into the token`(name: String, exceptions: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", Fixture("tokenizers/\(name)/tokenizer.json").bytes)
        let tokenizer = try Tokenizer.load(folder.path.appending("tokenizer.json"))
        let vocabulary = tokenizer.vocabulary
        let others = vocabulary.ids.filter { id in
            guard let text = vocabulary.ownText(of: id) else { return !vocabulary.specialIDs.contains(id) }
            return tokenizer.pieces(of: text.bytes, beginsWord: text.beginsWord) != [id]
        }
        #expect(
            others.count == exceptions,
            "\(others.prefix(20).compactMap { vocabulary.text(of: $0)?.description })")
    }

    @Test(arguments: ["de-paper-xlmr-unigram-50k", "de-bpe30k", "de-wordpiece30k", "fr-unigram24k"])
    func `a token that is excluded is split as if it did not exist`(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", Fixture("tokenizers/\(name)/tokenizer.json").bytes)
        let tokenizer = try Tokenizer.load(folder.path.appending("tokenizer.json"))
        var splitCount = 0
        let ids = tokenizer.vocabulary.ids.filter { $0 % 7 == 0 }
        for id in ids {
            guard let text = tokenizer.vocabulary.ownText(of: id) else { continue }
            let found = tokenizer.pieces(of: text.bytes, beginsWord: text.beginsWord, without: id)
            #expect(!found.contains(id))
            guard !found.isEmpty else { continue }
            splitCount += 1
            let texts = found.compactMap { tokenizer.vocabulary.ownText(of: $0) }
            var joined: [UInt8] = []
            for (place, piece) in texts.enumerated() {
                joined += piece.beginsWord && place > 0 ? [0x20] + piece.bytes : piece.bytes
            }
            #expect(joined == text.bytes && texts.first?.beginsWord == text.beginsWord, "\(text)")
        }
        #expect(splitCount * 4 > ids.count * 3)
    }

    @Test(arguments: ["llama", "llama-first", "gemma", "byte-level-prefixed", "byte-level-normalizer"])
    func `nothing is put before the text of a token`(variant: String) throws {
        let document = try JSONDocument(Fixture("tokenizer-variants/\(variant).json").bytes)
        let tokenizer = try Tokenizer.made(from: #require(document.root["tokenizer"]))
        var checked = 0
        for id in tokenizer.vocabulary.ids {
            guard let text = tokenizer.vocabulary.ownText(of: id) else { continue }
            let found = tokenizer.pieces(of: text.bytes, beginsWord: text.beginsWord)
            guard !found.isEmpty else { continue }
            let first = tokenizer.vocabulary.ownText(of: found[0])
            #expect(first?.beginsWord == text.beginsWord, "\(variant): \(text)")
            checked += 1
        }
        #expect(checked > 20)
    }

    @Test func `what cannot be split into known pieces has none`() throws {
        #expect(try pieces("de-wordpiece30k", "漢", true).isEmpty)
        #expect(try pieces("de-paper-xlmr-unigram-50k", "", false).isEmpty)
    }
}
