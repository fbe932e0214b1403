import Corpus
import Parallel
import SystemPackage
import TestSupport
import Testing
import Tokenization
import Vocabularies

@testable import TokenizerMaking

/// Expected tokens of texts are those of `tokenizers` 0.23.3, expected scripts those of its UnicodeScripts:
///
///     Tokenizer.from_str(json).encode(text, add_special_tokens=False).ids
///
/// where `json` is the tokenizer below, or that of Tests/Fixtures/tokenizer-variants.
struct TrimSelectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let pieces: [(text: String, score: Double)] = [
        ("<unk>", 0), ("▁", -2), ("a", -3), ("é", -4), ("б", -5), ("न", -6), ("ी", -6), ("漢", -7), ("!", -8),
        ("€", -8), ("😀", -9), ("\u{301}", -9), ("०", -9), ("ab", -3.5), ("ба", -3.2), ("abba", -5.5), ("aabb", -5.2),
        ("12", -4), ("०१", -9), ("b", -3.1),
    ]

    private func unigram() throws -> TokenizerFolder {
        let pieces = TrimSelectionTests.pieces.map { "[\"\($0.text)\", \($0.score)]" }.joined(separator: ", ")
        try folder.write(
            "old/tokenizer.json",
            #"{"version": "1.0", "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "#
                + #""always", "split": true}, "model": {"type": "Unigram", "unk_id": 0, "vocab": [\#(pieces)]}}"#)
        return try TokenizerFolder(folder.path.appending("old"))
    }

    private func use(of text: String, by tokenizer: TokenizerFolder) throws -> TextUse {
        let corpus = try Corpus([try folder.write("text.txt", text)])
        return try TextUse(of: corpus, by: tokenizer.tokenizer, workers: Workers(count: 1), monitor: .none)
    }

    private func selection(
        _ text: String, _ tokenizer: TokenizerFolder, characters: KeptCharacters = .text
    ) throws -> (TrimSelection, TextUse) {
        let use = try use(of: text, by: tokenizer)
        var selection = TrimSelection(of: tokenizer)
        try selection.keepNeeded(use, try NamedTokens(in: tokenizer), characters, in: tokenizer)
        return (selection, use)
    }

    @Test func `characters and numbers of scripts that the text is not in go`() throws {
        // "ab aé" is ▁ ab ▁ a é, ids 1 13 1 2 3.
        let (selection, use) = try selection("ab aé\n", try unigram())
        #expect(use.counts.indices.filter { use.counts[$0] > 0 } == [1, 2, 3, 13])
        #expect(selection.ids == [0, 1, 2, 3, 8, 9, 10, 11, 13, 17, 19])
        #expect(selection.count == 11)
        #expect(selection.foreignCount == 6)
        #expect([1, 2, 3, 13].allSatisfy { selection.reasons[$0] == .text })
        #expect([9, 10, 11, 19].allSatisfy { selection.reasons[$0] == .character })
        #expect(selection.reasons[17] == .number)
    }

    @Test func `all characters stay where that is asked for`() throws {
        let (selection, _) = try selection("ab aé\n", try unigram(), characters: .all)
        #expect(selection.ids == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 18, 19])
        #expect(selection.foreignCount == 0)
    }

    @Test func `characters of any script stay that the text uses`() throws {
        // "ab 漢" is ▁ ab ▁ 漢; at 1 of 199 letters Han is not the text's, but its character is used.
        let (selection, _) = try selection(String(repeating: "ab ", count: 99) + "漢\n", try unigram())
        #expect(selection.reasons[7] == .text)
        #expect(selection.foreignCount == 5)
    }

    @Test func `a script of 1 % of the letters is the text's`() throws {
        // "ab ба" is ▁ ab ▁ ба; 2 of 200 letters are Cyrillic, then 2 of 202.
        let tokenizer = try unigram()
        let (enough, _) = try selection(String(repeating: "ab ", count: 99) + "ба\n", tokenizer)
        #expect(enough.reasons[4] == .character)
        let (less, _) = try selection(String(repeating: "ab ", count: 100) + "ба\n", tokenizer)
        #expect(less.reasons[14] == .text)
        #expect(less.reasons[4] == nil)
    }

    @Test func `the most probable tokens in the text's scripts fill up`() throws {
        let tokenizer = try unigram()
        var (selection, use) = try selection("ab aé\n", tokenizer)
        selection.fill(to: 12, use, in: tokenizer, workers: Workers(count: 1))
        #expect(selection.reasons[16] == .filling)
        selection.fill(to: 20, use, in: tokenizer, workers: Workers(count: 1))
        #expect(selection.ids == [0, 1, 2, 3, 8, 9, 10, 11, 13, 15, 16, 17, 19])
    }

    private static let known: [(String, String, Set<Int>)] = [
        ("gemma", "Die Bibliothek", [440, 576]), ("t5", "Die Bibliothek", [94, 3, 203]),
        ("bert-uncased", "die xyz", [124, 65, 102, 93]),
    ]

    @Test(arguments: known)
    func `tokens of the text stay, and others of words go`(_ name: String, _ text: String, _ ids: Set<Int>) throws {
        let tokenizer = try TokenizerFolder(try Variant(name, in: folder).path)
        let (selection, use) = try selection(text + "\n", tokenizer)
        #expect(Set(use.counts.indices.filter { use.counts[$0] > 0 }) == ids)
        #expect(ids.isSubset(of: Set(selection.ids)))
        #expect(selection.count < tokenizer.tokenizer.vocabulary.count)
        #expect(selection.count == selection.ids.count)
        #expect(selection.tally.reduce(0) { $0 + $1.count } == selection.count)
    }

    @Test func `parts stay with what they make`() throws {
        let tokenizer = try TokenizerFolder(try Variant("gemma", in: folder).path)
        let (selection, _) = try selection("Die Bibliothek\n", tokenizer)
        for text in ["ibliothek", "othek", "oth", "ek"] {
            let id = try #require(tokenizer.tokenizer.vocabulary.id(of: Array(text.utf8)))
            #expect(selection.reasons[id] == .part, "\(text)")
        }
    }
}
