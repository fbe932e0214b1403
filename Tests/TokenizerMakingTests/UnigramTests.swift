import Glibc
import Parallel
import Testing

@testable import TokenizerMaking

@Suite("Training Unigram models")
struct UnigramTests {
    private func words(_ counts: [(String, Int)]) -> CountedWords {
        var words = CountedWords()
        for (word, count) in counts { words.append(Array(word.utf8).span, count: count) }
        return words
    }

    private func text(_ seed: SeedPieces.Seed, _ words: CountedWords) -> String {
        String(decoding: words.bytes[seed.start..<seed.start + seed.length], as: UTF8.self)
    }

    /// Every substring is counted by hand; only those that can be followed by two different things are seeds.
    @Test func seedsAreSubstringsWithTheirFrequencies() {
        let words = words([("banana", 2), ("bandana", 3), ("naïv", 1), ("日本日本", 1)])
        let seeds = SeedPieces(words, longest: 16, limit: 100).find(workers: Workers(count: 2))
        var all: [String: Int] = [:]
        for word in 0..<words.count {
            let characters = Array(String(decoding: words.bytes[words.range(word)], as: UTF8.self).unicodeScalars)
            for start in characters.indices {
                for end in start + 1...characters.count where end - start > 1 {
                    let part = String(String.UnicodeScalarView(characters[start..<end]))
                    all[part, default: 0] += words.counts[word]
                }
            }
        }
        let found = Dictionary(uniqueKeysWithValues: seeds.map { (text($0, words), $0.frequency) })
        for (piece, frequency) in found { #expect(all[piece] == frequency, "\(piece)") }
        // What is left out always goes on in one way, and is as frequent as what it goes on to.
        for (piece, frequency) in all where frequency > 1 && found[piece] == nil {
            #expect(found.contains { $0.key.hasPrefix(piece) && $0.value == frequency }, "\(piece)")
        }
        #expect(found["ana"] == 7 && found["ban"] == 5 && found["日本"] == 2)
        #expect(seeds.map(\.coverage) == seeds.map(\.coverage).sorted(by: >))
    }

    /// All segmentations of a word, each with its probability.
    private func segmentations(_ word: Substring, _ pieces: [String: Double]) -> [(
        pieces: [String], probability: Double
    )] {
        guard !word.isEmpty else { return [([], 1)] }
        return word.indices.flatMap { index -> [(pieces: [String], probability: Double)] in
            let piece = String(word[...index])
            guard let probability = pieces[piece] else { return [] }
            return segmentations(word[word.index(after: index)...], pieces).map {
                ([piece] + $0.pieces, probability * $0.probability)
            }
        }
    }

    @Test(arguments: [1, 3])
    func expectationsAreThoseOfAllSegmentations(threads: Int) {
        let pieces = ["a": 0.2, "b": 0.15, "ab": 0.3, "aba": 0.1, "ba": 0.05, "é": 0.1, "bé": 0.1]
        let order = pieces.keys.sorted()
        let counts = [("abab", 5), ("aba", 2), ("abéab", 3), ("bbbb", 1)]
        var expected: [String: Double] = [:]
        for (word, count) in counts {
            let all = segmentations(word[...], pieces)
            let sum = all.reduce(0) { $0 + $1.probability }
            for (parts, probability) in all {
                for part in parts { expected[part, default: 0] += Double(count) * probability / sum }
            }
        }
        var model = PieceScores(order.map { Array($0.utf8) }, scores: order.map { log(pieces[$0]!) })
        let found = model.expectations(of: words(counts), scale: 40, workers: Workers(count: threads))
        for (piece, value) in zip(order, found) {
            #expect(abs(Double(value) / 0x1p40 - (expected[piece] ?? 0)) < 1e-9, "\(piece)")
        }
    }

    /// Long words of improbable pieces would leave the range of numbers.
    @Test func improbableWordsAreCountedTooWhateverTheirLength() {
        let word = String(repeating: "x", count: 190)
        var model = PieceScores([Array("x".utf8)], scores: [-40])
        let found = model.expectations(of: words([(word, 1)]), scale: 30, workers: Workers(count: 1))
        #expect(abs(Double(found[0]) / 0x1p30 - 190) < 1e-6)
        #expect(abs(model.likelihoodPerByte + 40) < 1e-6)
    }

    @Test func trainingKeepsWhatMustStayAndWhatTheTextNeeds() throws {
        let words = words([("abcd", 100), ("abce", 50), ("xbcd", 80), ("q", 1)])
        let characters = ["a", "b", "c", "d", "e", "q", "x"].map { (piece: Array($0.utf8), frequency: 1) }
        let seeds = SeedPieces(words, longest: 16, limit: 100).find(workers: Workers(count: 1))
        var training = UnigramTraining(words: words, kept: characters, seeds: seeds, workers: Workers(count: 1))
        try training.run(until: 9)
        let pieces = training.model.pieces.map { String(decoding: $0, as: UTF8.self) }
        #expect(pieces.count == 9 && Set(pieces).isSuperset(of: ["a", "b", "c", "d", "e", "q", "x"]))
        #expect(pieces.contains("abcd"))
    }
}
