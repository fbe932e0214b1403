internal import Parallel

/// Learns merges: over and over, the most frequent pair of neighbours becomes a token. (Sennrich et al. 2016, arXiv
/// 1508.07909)
///
/// Of equally frequent pairs the one with the lower ids is joined first, as `tokenizers` does.
struct BPETraining {
    /// Two tokens that become one.
    struct Merge: Hashable {
        var left: Int32
        var right: Int32
    }

    /// The texts of the tokens, those of the alphabet first.
    private(set) var tokens: [[UInt8]]
    /// The new merges, in the order in which they were learnt.
    private(set) var merges: [Merge] = []
    /// How often the pair of the last merge occurred.
    private(set) var lastCount = 0

    private var ids: [[UInt8]: Int32] = [:]
    /// What stands before tokens that go on in a word, and is dropped where two are joined.
    private let continuationPrefix: [UInt8]
    /// The tokens of all words, one word after the other; each word's take less and less of its room.
    private var symbols: [Int32]
    private let starts: [Int]
    private var lengths: [Int32]
    private let counts: [Int]
    private var pairs: PairTable
    private var heap = PairHeap([])
    private var mergesSeen: Set<UInt64> = []
    /// Pairs that became more frequent by the merge at hand, and for each pair the last merge that did so.
    private var risen: [Int] = []
    private var risenBy: [Int32] = []
    /// The number of the merge at hand, those that come up again included.
    private var step: Int32 = 0
    /// The longest token that is made, in bytes.
    private let longest: Int
    /// How many of the tokens no new merge may lead to.
    private let closedCount: Int32

    /// Prepares the words of a text, as tokens.
    ///
    /// - Parameters:
    ///   - tokens: the texts of the tokens that there are.
    ///   - words: the tokens of each word, one word after the other.
    ///   - starts: where each word begins in `words`, and where the last one ends.
    ///   - counts: how often each word occurs.
    ///   - continuationPrefix: what stands before tokens that go on in a word.
    ///   - longest: the longest token that is made, in bytes.
    ///   - closedCount: how many of the first tokens no merge may lead to: those of a tokenizer that is extended.
    init(
        tokens: [[UInt8]], words: [Int32], starts: [Int], counts: [Int], continuationPrefix: [UInt8] = [],
        longest: Int = .max, closedCount: Int = 0
    ) {
        self.closedCount = Int32(closedCount)
        self.tokens = tokens
        self.continuationPrefix = continuationPrefix
        self.longest = longest
        symbols = words
        self.starts = starts
        self.counts = counts
        lengths = counts.indices.map { Int32(starts[$0 + 1] - starts[$0]) }
        for (id, token) in tokens.enumerated() { ids[token] = Int32(id) }
        pairs = PairTable(placeCount: words.count)
        for word in counts.indices {
            for position in starts[word]..<max(starts[word], starts[word + 1] - 1) {
                let index = pairs.index(words[position], words[position + 1])
                pairs.counts[index] += counts[word]
                pairs.addPlace(word, to: index)
            }
        }
        heap = PairHeap(
            pairs.keys.indices.map { .init(count: pairs.counts[$0], key: pairs.keys[$0], index: Int32($0)) })
    }

    /// Joins pairs until there are `size` tokens, or no pair occurs `minimumCount` times.
    ///
    /// - Throws: `CancellationError` where `monitor` asks to stop.
    mutating func run(until size: Int, minimumCount: Int, monitor: WorkMonitor = .none) throws {
        let first = tokens.count
        var places: [Int32] = []
        while tokens.count < size, let top = heap.pop() {
            let index = Int(top.index)
            let count = pairs.counts[index]
            guard count == top.count else {
                if count > 0 { heap.push(.init(count: count, key: top.key, index: top.index)) }
                continue
            }
            guard count >= max(minimumCount, 1) else { return }
            let (left, right) = pairs.pair(index)
            guard let token = join(left, right) else {
                pairs.counts[index] = 0
                continue
            }
            if mergesSeen.insert(top.key).inserted {
                merges.append(Merge(left: left, right: right))
                lastCount = count
            }
            step += 1
            pairs.takePlaces(of: index, into: &places)
            for word in places { replace(left, right, with: token, in: Int(word)) }
            pairs.counts[index] = 0
            for index in risen where pairs.counts[index] > 0 {
                heap.push(.init(count: pairs.counts[index], key: pairs.keys[index], index: Int32(index)))
            }
            risen.removeAll(keepingCapacity: true)
            if tokens.count % 256 == 0 {
                try monitor.checkCancellation()
                monitor.update(completed: tokens.count - first, total: size - first)
            }
        }
    }

    /// The token of the text of both, which may be there already; nil where it would be too long.
    private mutating func join(_ left: Int32, _ right: Int32) -> Int32? {
        var text = tokens[Int(right)]
        if !continuationPrefix.isEmpty, text.starts(with: continuationPrefix) {
            text.removeFirst(continuationPrefix.count)
        }
        text = tokens[Int(left)] + text
        guard text.count <= longest else { return nil }
        if let id = ids[text] { return id < closedCount ? nil : id }
        let id = Int32(tokens.count)
        ids[text] = id
        tokens.append(text)
        return id
    }

    private mutating func replace(_ left: Int32, _ right: Int32, with token: Int32, in word: Int) {
        let start = starts[word]
        let end = start + Int(lengths[word])
        let count = counts[word]
        var (read, write) = (start, start)
        while read < end {
            if read + 1 < end, symbols[read] == left, symbols[read + 1] == right {
                if write > start {
                    let before = symbols[write - 1]
                    lower(before, left, by: count)
                    raise(before, token, by: count, in: word)
                }
                if read + 2 < end {
                    let after = symbols[read + 2]
                    lower(right, after, by: count)
                    raise(token, after, by: count, in: word)
                }
                symbols[write] = token
                read += 2
            } else {
                symbols[write] = symbols[read]
                read += 1
            }
            write += 1
        }
        lengths[word] = Int32(write - start)
    }

    @inline(__always)
    private mutating func lower(_ left: Int32, _ right: Int32, by count: Int) {
        pairs.counts[pairs.index(left, right)] -= count
    }

    @inline(__always)
    private mutating func raise(_ left: Int32, _ right: Int32, by count: Int, in word: Int) {
        let index = pairs.index(left, right)
        pairs.counts[index] += count
        pairs.addPlace(word, to: index)
        while risenBy.count <= index { risenBy.append(-1) }
        if risenBy[index] != step {
            risenBy[index] = step
            risen.append(index)
        }
    }
}
