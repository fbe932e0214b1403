internal import Parallel

/// The pieces that training begins with: substrings of words that occur more than once, those first that cover the most
/// text. (Kudo 2018, arXiv 1804.10959, section 3.2)
///
/// Of substrings that always go on with the same character only the longest is taken. They are found in the words'
/// suffixes, sorted.
struct SeedPieces {
    /// A substring: where it stands, and how often it occurs.
    struct Seed: Sendable {
        var start: Int
        var length: Int
        var frequency: Int
        /// How many characters of the text it covers.
        var coverage: Int
    }

    /// A place in a word from which substrings begin.
    private struct Suffix: Sendable {
        var start: UInt32
        var word: UInt32
    }

    private let words: CountedWords
    private let longest: Int
    private let limit: Int

    /// Looks at `words`.
    ///
    /// - Parameters:
    ///   - longest: the longest piece, in characters.
    ///   - limit: how many are wanted.
    init(_ words: CountedWords, longest: Int, limit: Int) {
        self.words = words
        self.longest = longest
        self.limit = limit
    }

    /// The seeds, those that cover the most first; each has two characters at least.
    func find(workers: Workers) -> [Seed] {
        let parts = sortedSuffixes(workers: workers)
        var seeds: [Seed] = []
        /// Substrings that the suffix at hand begins with: how many characters each has, its bytes, and how often it
        /// has occurred.
        var open: [(depth: Int, length: Int, frequency: Int)] = [(0, 0, 0)]
        var previous: Suffix?
        func close(to depth: Int, length: Int, at start: Int) {
            var carried = 0
            while let top = open.last, top.depth > depth {
                open.removeLast()
                let frequency = top.frequency + carried
                if top.depth > 1, frequency > 1 {
                    seeds.append(
                        Seed(start: start, length: top.length, frequency: frequency, coverage: frequency * top.depth))
                    if seeds.count >= limit * 2 { cut(&seeds) }
                }
                carried = frequency
            }
            if open[open.count - 1].depth == depth {
                open[open.count - 1].frequency += carried
            } else {
                open.append((depth, length, carried))
            }
        }
        for suffix in parts.joined() {
            if let previous {
                let common = commonCharacters(previous, suffix)
                close(to: common.depth, length: common.length, at: Int(previous.start))
            }
            let own = characters(of: suffix)
            if open[open.count - 1].depth < own.depth { open.append((own.depth, own.length, 0)) }
            open[open.count - 1].frequency += words.counts[Int(suffix.word)]
            previous = suffix
        }
        if let previous { close(to: 0, length: 0, at: Int(previous.start)) }
        cut(&seeds)
        return seeds
    }

    /// Keeps the best; of equals those that come first in the order of their bytes.
    private func cut(_ seeds: inout [Seed]) {
        seeds.sort { first, second in
            if first.coverage != second.coverage { return first.coverage > second.coverage }
            return text(first).lexicographicallyPrecedes(text(second))
        }
        if seeds.count > limit { seeds.removeSubrange(limit...) }
    }

    private func text(_ seed: Seed) -> ArraySlice<UInt8> {
        words.bytes[seed.start..<seed.start + seed.length]
    }

    private func sortedSuffixes(workers: Workers) -> [[Suffix]] {
        /// By their first two bytes, so that each thread sorts some.
        var buckets = [[Suffix]](repeating: [], count: 1 << 16)
        for word in 0..<words.count {
            let range = words.range(word)
            var position = range.lowerBound
            while position < range.upperBound {
                let next = position + 1 < range.upperBound ? Int(words.bytes[position + 1]) : 0
                buckets[Int(words.bytes[position]) << 8 | next].append(
                    Suffix(start: UInt32(position), word: UInt32(word)))
                position += CodePoint.length(words.bytes[position])
            }
        }
        let filled = buckets.filter { !$0.isEmpty }
        buckets = []
        let (bytes, offsets) = (words.bytes, words.offsets)
        return workers.map(filled.count) { index in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                filled[index].sorted { first, second in
                    let one = unsafe bytes[Int(first.start)..<offsets[Int(first.word) + 1]]
                    let other = unsafe bytes[Int(second.start)..<offsets[Int(second.word) + 1]]
                    return unsafe SeedPieces.isBefore(one, other) ?? (first.start < second.start)
                }
            }
        }
    }

    /// Whether the first text comes before the second; nil where both are the same.
    @inline(__always)
    private static func isBefore(
        _ first: Slice<UnsafeBufferPointer<UInt8>>, _ second: Slice<UnsafeBufferPointer<UInt8>>
    ) -> Bool? {
        let count = unsafe min(first.count, second.count)
        let (start, other) = unsafe (first.startIndex, second.startIndex)
        for index in 0..<count {
            let (one, two) = unsafe (first.base[start + index], second.base[other + index])
            if one != two { return one < two }
        }
        return unsafe first.count == second.count ? nil : first.count < second.count
    }

    /// How many characters two suffixes begin with alike, up to the longest piece, and their bytes.
    private func commonCharacters(_ first: Suffix, _ second: Suffix) -> (depth: Int, length: Int) {
        let (one, other) = (Int(first.start), Int(second.start))
        let count = min(words.offsets[Int(first.word) + 1] - one, words.offsets[Int(second.word) + 1] - other)
        var (depth, position) = (0, 0)
        while depth < longest, position < count {
            let length = CodePoint.length(words.bytes[one + position])
            guard position + length <= count else { break }
            for index in position..<position + length where words.bytes[one + index] != words.bytes[other + index] {
                return (depth, position)
            }
            position += length
            depth += 1
        }
        return (depth, position)
    }

    /// How many characters a suffix has, up to the longest piece, and their bytes.
    private func characters(of suffix: Suffix) -> (depth: Int, length: Int) {
        commonCharacters(suffix, suffix)
    }
}
