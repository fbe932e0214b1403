import SystemPackage
import TestSupport
import Testing

@testable import TokenizerMaking

@Suite("Words of a text")
struct WordTests {
    private func cut(_ word: String, _ cutting: WordCutting) -> [String] {
        var parts: [String] = []
        cutting.forEachPart(of: Array(word.utf8).span) { part in
            parts.append(String(decoding: part.indices.map { part[$0] }, as: UTF8.self))
        }
        return parts
    }

    @Test(arguments: [
        ("▁der▁Hund", ["▁der", "▁Hund"]), ("a▁▁▁b", ["a", "▁▁", "▁b"]), ("▁▁x", ["▁", "▁x"]), ("▁▁", ["▁▁"]),
        ("x▁", ["x", "▁"]), ("", []),
    ])
    func signsOfSpacesBeginWords(word: String, parts: [String]) {
        #expect(cut(word, WordCutting(atSpaces: true)) == parts)
        #expect(cut(word, WordCutting()) == (word.isEmpty ? [] : [word]))
    }

    @Test(arguments: [("a12b", ["a", "1", "2", "b"]), ("7", ["7"]), ("▁2024x", ["▁", "2", "0", "2", "4", "x"])])
    func digitsStandAlone(word: String, parts: [String]) {
        #expect(cut(word, WordCutting(atDigits: true)) == parts)
    }

    @Test func longWordsAreCutBetweenCharacters() {
        let word = String(repeating: "日本", count: 100)
        let parts = cut(word, WordCutting())
        #expect(parts.joined() == word)
        #expect(parts.allSatisfy { $0.utf8.count <= WordCutting.longest } && parts.count == 4)
    }

    /// What a dictionary counts.
    @Test func filesAndMemoryAreMerged() throws {
        let folder = try TemporaryFolder()
        var expected: [[UInt8]: Int] = [:]
        var runs: [WordRun] = []
        var generator = SystemRandomNumberGenerator()
        for part in 0..<5 {
            var table = WordTable()
            for _ in 0..<20_000 {
                let length = Int.random(in: 1...(part == 4 ? 300 : 4), using: &generator)
                let word = (0..<length).map { _ in UInt8.random(in: 97...100, using: &generator) }
                table.add(word.span)
                expected[word, default: 0] += 1
            }
            let words = table.sorted()
            runs.append(part % 2 == 0 ? WordRun(words) : WordRun(try WordRun.write(words, in: folder.path)))
        }
        var found: [[UInt8]: Int] = [:]
        var previous: [UInt8] = []
        WordRun.merge(runs) { word, count in
            #expect(previous.lexicographicallyPrecedes(word))
            previous = word
            found[word] = count
        }
        #expect(found == expected)
    }

    @Test func theMostFrequentWordsAreTakenWhereThereIsNoRoomForAll() {
        let counts = [("a", 1), ("b", 9), ("c", 5), ("d", 1), ("e", 1), ("f", 5)]
        var text = TextWords()
        text.fill(capacity: 17 * 3) { body in for (word, count) in counts { body(Array(word.utf8), count) } }
        #expect((text.total, text.distinct) == (22, 6))
        #expect(text.words.counts == [9, 5, 5])
        var all = TextWords()
        all.fill(capacity: 1000) { body in for (word, count) in counts { body(Array(word.utf8), count) } }
        #expect(all.words.counts == counts.map(\.1))
    }

    @Test func rareCharactersHaveNoTokens() {
        var words = CountedWords()
        words.append(Array("abcab".utf8).span, count: 100)
        words.append(Array("a日b".utf8).span, count: 1)
        let alphabet = Alphabet(of: words, coverage: 0.99)
        #expect(alphabet.characters.map(\.text) == ["a", "b", "c"].map { Array($0.utf8) })
        #expect(alphabet.characters.map(\.frequency) == [201, 201, 100])
        let cut = alphabet.cutOut(of: words)
        #expect(
            (0..<cut.count).map { String(decoding: cut.bytes[cut.range($0)], as: UTF8.self) } == ["abcab", "a", "b"])
    }
}
