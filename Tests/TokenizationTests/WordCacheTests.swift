import Testing

@testable import Tokenization

struct WordCacheTests {
    /// Looks all words of `text` up as encoding does, and gives unknown ones the ids that `ids` says.
    private func encode(
        _ words: [Range<Int>], of text: [UInt8], _ cache: inout WordCache, ids: (ArraySlice<UInt8>) -> [Int32]
    ) -> (ids: [Int32], unknown: Int) {
        var result: [Int32] = []
        var unknown = 0
        var start = 0
        while case .missing(let index, let hash) = cache.append(words, from: start, of: text.span, to: &result) {
            let new = ids(text[words[index]])
            result += new
            cache.insert(text.span.extracting(words[index]), hash: hash, ids: new[...])
            unknown += 1
            start = index + 1
        }
        return (result, unknown)
    }

    /// Words of every length up to 300 bytes, alike but for one byte, with 0 to 300 ids.
    private func ids(of word: ArraySlice<UInt8>) -> [Int32] {
        let sum = word.reduce(Int32(word.count)) { $0 &* 31 &+ Int32($1) }
        return (0..<Int(sum.magnitude % 301)).map { sum &+ Int32($0) }
    }

    private func text(seed: UInt64, words count: Int) -> (bytes: [UInt8], words: [Range<Int>]) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var bytes: [UInt8] = []
        var words: [Range<Int>] = []
        for _ in 0..<count {
            let start = bytes.count
            let length = next(3) == 0 ? next(301) : next(12)
            bytes += repeatElement(UInt8(ascii: "x"), count: length)
            if length > 0 { bytes[start + next(length)] = UInt8(next(4)) }
            words.append(start..<bytes.count)
            if next(2) == 0 { bytes.append(0x20) }
        }
        return (bytes, words)
    }

    @Test(arguments: [1, 7, 100, 1 << 18])
    func `what is known has the ids that it had when it was not, however many are remembered`(capacity: Int) {
        var cache = WordCache(maximumEntryCount: capacity)
        for seed in 0..<20 as Range<UInt64> {
            let (bytes, words) = text(seed: seed, words: 400)
            let expected = words.filter { !$0.isEmpty }.flatMap { ids(of: bytes[$0]) }
            #expect(encode(words, of: bytes, &cache, ids: ids).ids == expected)
        }
    }

    @Test func `a word is unknown once`() {
        var cache = WordCache()
        let text = Array("aab".utf8)
        let first = encode([0..<1, 1..<2, 2..<2, 2..<3], of: text, &cache) { [Int32($0.first!)] }
        #expect(first.ids == [97, 97, 98])
        #expect(first.unknown == 2)
        #expect(encode([0..<1, 2..<3], of: text, &cache) { _ in [] }.ids == [97, 98])
    }

    @Test func `words without ids and long words are done right`() {
        var cache = WordCache()
        let text = [UInt8](repeating: 1, count: 600)
        for _ in 0..<2 {
            let result = encode([0..<1, 1..<258, 258..<600], of: text, &cache) {
                $0.count == 1 ? [] : [Int32($0.count)]
            }
            #expect(result.ids == [257, 342])
        }
    }
}
