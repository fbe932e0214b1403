import JSON
import SystemPackage
import TestSupport
import Testing
import Tokenization
import Vocabularies

struct PromptTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func tokenizer(_ name: String) throws -> Tokenizer {
        try folder.write("tokenizer.json", Fixture("tokenizers/\(name)/tokenizer.json").bytes)
        return try Tokenizer.load(folder.path)
    }

    @Test func `words are cut where their tokens end`() throws {
        let tokenizer = try tokenizer("de-paper-xlmr-unigram-50k")
        let words = try tokenizer.wordCuts(of: Array("query: Die Bücher".utf8))
        #expect(words.map { String(decoding: $0.text, as: UTF8.self) } == ["query", "Die", "Bücher"])
        #expect(words[0].cuts == [4])
        let tokens = words[0].tokens.map { tokenizer.vocabulary.text(of: $0)?.description }
        #expect(tokens == ["▁quer", "y"])
        #expect(words[1].cuts.isEmpty && words[2].tokens.count == words[2].cuts.count + 1)
    }

    @Test func `a word that is not known holds nothing`() throws {
        let tokenizer = try tokenizer("de-wordpiece30k")
        #expect(
            try tokenizer.wordCuts(of: Array("漢字 der".utf8)).map { String(decoding: $0.text, as: UTF8.self) } == ["der"]
        )
        #expect(try tokenizer.wordCuts(of: []).isEmpty)
    }

    @Test(arguments: ["de-paper-xlmr-unigram-50k", "de-bpe30k", "de-wordpiece30k", "fr-unigram24k"])
    func `a token that is added leaves all other ids`(name: String) throws {
        let before = try tokenizer(name)
        let prompts = ["query:", "Ab \"1\" \\ ä"].map { Array($0.utf8) }
        let extended = try before.adding(prompts, at: folder.path)
        let first = before.vocabulary.rowCount
        #expect(extended.ids == [first, first + 1])
        for line in ["Die Abfrage des Betriebssystems", "query hat kein Ende", "", "a:b  c"] {
            #expect(try extended.tokenizer.encode(Array(line.utf8)) == before.encode(Array(line.utf8)), "\(line)")
        }
        for (prompt, id) in zip(prompts, extended.ids) {
            let ids = try extended.tokenizer.encode(prompt + Array(" Haus".utf8))
            #expect(ids.first == Int32(id) && ids.count > 1)
        }
        // Nothing but the entries was put in.
        let original = try folder.read("tokenizer.json")
        let end = zip(original, extended.contents).prefix { $0 == $1 }.count
        #expect(extended.contents.suffix(original.count - end).elementsEqual(original[end...]))
        // What is written is read alike.
        try folder.write("tokenizer.json", extended.contents)
        #expect(try Tokenizer.load(folder.path).vocabulary.id(of: prompts[1]) == first + 1)
        let entry = try JSONDocument(extended.contents).root["added_tokens"]?.elements.first {
            $0["id"]?.integer == first
        }
        for flag in ["single_word", "lstrip", "rstrip", "normalized", "special"] {
            #expect(entry?[flag]?.boolean == false, "\(flag)")
        }
    }

    @Test(arguments: [
        #"{"added_tokens": [],"#, #"{"added_tokens":null,"#, "{", #"{"added_tokens": [ ] ,"#,
        #"{"added_tokens":[{"id":2,"content":"}]\"","special":false}],"#,
    ])
    func `however the file is laid out`(start: String) throws {
        let rest = #""model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}, "unk_token": "a"}}"#
        let path = try folder.write("tokenizer.json", start + rest)
        let before = try Tokenizer.load(path)
        let extended = try before.adding([Array("q:".utf8)], at: path)
        #expect(extended.ids == [before.vocabulary.rowCount])
        #expect(try extended.tokenizer.encode(Array("q:b".utf8)) == [Int32(extended.ids[0]), 1])
    }

    @Test func `a tokenizer in another file is refused with the cure`() throws {
        let path = try folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhaus\n")
        let tokenizer = try Tokenizer.load(path)
        let error = #expect(throws: TokenizerError.self) { try tokenizer.adding([[0x71]], at: path) }
        #expect(error?.description.contains("save_pretrained") == true)
        #expect(throws: TokenizerError.self) { try tokenizer.adding([[0x71]], at: folder.path) }
    }

    @Test(arguments: ["de-bpe30k", "de-paper-bpe-50k"])
    func `forced pieces are the two of a merge`(name: String) throws {
        let tokenizer = try tokenizer(name)
        let root = try JSONDocument(Fixture("tokenizers/\(name)/tokenizer.json").bytes).root
        var merges: [[UInt8]: Set<[[UInt8]]>] = [:]
        for merge in try #require(root["model"]?["merges"]).elements {
            let pair =
                merge.bytes.map { $0.split(separator: 0x20).map(Array.init) } ?? merge.elements.compactMap(\.bytes)
            merges[pair[0] + pair[1], default: []].insert(pair)
        }
        var count = 0
        for id in tokenizer.vocabulary.ids where id % 11 == 0 {
            let pieces = tokenizer.forcedPieces(of: id)
            guard !pieces.isEmpty, let text = tokenizer.vocabulary.text(of: id) else { continue }
            let pair = pieces.compactMap { tokenizer.vocabulary.text(of: $0)?.bytes }
            #expect(merges[text.bytes]?.contains(pair) == true, "\(text)")
            count += 1
        }
        #expect(count > 1000)
    }

    @Test func `forced pieces of a Unigram model are the most probable ones`() throws {
        let tokenizer = try tokenizer("fr-unigram24k")
        let vocabulary = tokenizer.vocabulary
        let scores = try #require(tokenizer.logarithmicProbabilities)
        var count = 0
        for id in vocabulary.ids where id % 97 == 0 {
            guard !vocabulary.specialIDs.contains(id), let text = vocabulary.text(of: id)?.bytes, text.count < 12 else {
                continue
            }
            // Every way to spell it with two tokens or three; the model's is as probable as the best, or has more.
            func best(_ rest: ArraySlice<UInt8>, _ parts: Int) -> Double? {
                if parts == 1 {
                    return vocabulary.id(of: rest).flatMap { $0 == id ? nil : scores[$0] }
                }
                return rest.indices.dropFirst().compactMap { cut in
                    guard let head = vocabulary.id(of: rest[..<cut]), head != id,
                        let tail = best(rest[cut...], parts - 1)
                    else { return nil }
                    return scores[head] + tail
                }.max()
            }
            let pieces = tokenizer.forcedPieces(of: id)
            let found = pieces.reduce(0) { $0 + scores[$1] }
            guard let other = [best(text[...], 2), best(text[...], 3)].compactMap(\.self).max() else { continue }
            #expect(pieces.count > 1 && !pieces.contains(id))
            #expect(found >= other - 1e-9, "\(String(decoding: text, as: UTF8.self))")
            count += 1
        }
        #expect(count > 50)
    }

}
