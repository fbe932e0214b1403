import Testing

@testable import Tokenization

struct MergeTests {
    /// A vocabulary of words over a, b and c, each of which but the letters is the merge of two others.
    private struct Language {
        var texts: [[UInt8]] = ["a", "b", "c"].map { Array($0.utf8) }
        var pairs: [(left: Int, right: Int, whole: Int)] = []
        private var state: UInt64

        init(seed: UInt64) {
            state = seed
            while pairs.count < 60 {
                let (left, right) = (next(texts.count), next(texts.count))
                let whole = texts[left] + texts[right]
                guard whole.count <= 12, !pairs.contains(where: { $0.left == left && $0.right == right }) else {
                    continue
                }
                let known = texts.firstIndex(of: whole)
                if known == nil { texts.append(whole) }
                pairs.append((left, right, known ?? texts.count - 1))
            }
        }

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }

        /// Merges as Sennrich et al. say it: the earliest pair that occurs, where it occurs first, until none does.
        func merged(_ word: [UInt8]) -> [Int32] {
            var symbols = word.map { Int($0) - 0x61 }
            while true {
                let places = symbols.indices.dropLast().compactMap { place in
                    pairs.firstIndex { $0.left == symbols[place] && $0.right == symbols[place + 1] }
                        .map { (rank: $0, place: place) }
                }
                guard let best = places.min(by: { ($0.rank, $0.place) < ($1.rank, $1.place) }) else { break }
                symbols.replaceSubrange(best.place...best.place + 1, with: [pairs[best.rank].whole])
            }
            return symbols.map { Int32($0) }
        }

        var model: BPEModel {
            var table = TokenTable(capacity: texts.count)
            for (id, text) in texts.enumerated() { table.insert(text.span, id: Int32(id)) }
            var merges = MergeTable(capacity: pairs.count)
            for (rank, pair) in pairs.enumerated() {
                merges.insert(Int32(pair.left), Int32(pair.right), .init(rank: UInt32(rank), id: Int32(pair.whole)))
            }
            return BPEModel(table: table, merges: merges, options: .init())
        }
    }

    /// Up to 64 symbols are merged in one way, more in another.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `words of all lengths are merged by the definition`(seed: UInt64) throws {
        var language = Language(seed: seed)
        let model = language.model
        var scratch = ModelScratch()
        for length in 1...140 {
            let word = (0..<length).map { _ in UInt8(0x61 + language.next(3)) }
            var ids: [Int32] = []
            try model.tokenize(word.span, into: &ids, scratch: &scratch)
            #expect(ids == language.merged(word), "\(String(decoding: word, as: UTF8.self))")
        }
    }

    @Test func `a token that is excluded is not merged to`() throws {
        let model = Language(seed: 1).model
        let pairs = Language(seed: 1).pairs
        var scratch = ModelScratch()
        for pair in pairs where pair.left < 3 && pair.right < 3 {
            scratch.excluded = Int32(pair.whole)
            for repeats in [1, 40] {
                let letters = [UInt8(0x61 + pair.left), UInt8(0x61 + pair.right)]
                let word = Array(repeatElement(letters, count: repeats).joined())
                var ids: [Int32] = []
                try model.tokenize(word.span, into: &ids, scratch: &scratch)
                #expect(!ids.contains(scratch.excluded))
            }
        }
    }
}
