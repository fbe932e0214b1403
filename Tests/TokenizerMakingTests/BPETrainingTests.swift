import Testing

@testable import TokenizerMaking

@Suite("Learning merges")
struct BPETrainingTests {
    /// Splits words into their characters and learns.
    private func trained(_ words: [(String, Int)], merges: Int) throws -> BPETraining {
        let alphabet = Set(words.flatMap { $0.0.unicodeScalars }).sorted { $0.value < $1.value }
        let ids = Dictionary(uniqueKeysWithValues: alphabet.enumerated().map { ($1, Int32($0)) })
        var (symbols, starts): ([Int32], [Int]) = ([], [0])
        for (word, _) in words {
            symbols += word.unicodeScalars.map { ids[$0]! }
            starts.append(symbols.count)
        }
        var training = BPETraining(
            tokens: alphabet.map { Array(String(Character($0)).utf8) }, words: symbols, starts: starts,
            counts: words.map(\.1))
        try training.run(until: alphabet.count + merges, minimumCount: 1)
        return training
    }

    private func texts(_ training: BPETraining) -> [String] {
        training.merges.map { merge in
            [merge.left, merge.right].map { String(decoding: training.tokens[Int($0)], as: UTF8.self) }
                .joined(separator: " ")
        }
    }

    /// The dictionary of Sennrich et al. 2016, section 3.2, with `$` for the end of a word; the merges of `tokenizers`.
    @Test func joinsTheMostFrequentPair() throws {
        let training = try trained([("low$", 5), ("lower$", 2), ("newest$", 6), ("widest$", 3)], merges: 10)
        let expected = [
            "e s", "t $", "es t$", "l o", "lo w", "e w", "n ew", "new est$", "low $", "d est$",
        ]
        #expect(texts(training) == expected)
    }

    /// The merges of `tokenizers`.
    @Test(arguments: [
        ([("aaaaa", 3)], ["a a", "aa a"]),
        ([("abab", 3), ("babab", 2), ("aab", 4)], ["a b", "ab ab", "a ab", "b abab"]),
    ])
    func neighboursOfWhatWasJoined(words: [(String, Int)], expected: [String]) throws {
        #expect(texts(try trained(words, merges: expected.count)) == expected)
    }
}
