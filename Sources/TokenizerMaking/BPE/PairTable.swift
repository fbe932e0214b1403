/// Pairs of neighbouring tokens: how often each occurs, and in which words it may.
struct PairTable {
    /// The pair of each index: the first token in the upper half.
    private(set) var keys: [UInt64] = []
    /// How often each pair occurs.
    var counts: [Int] = []
    /// The first place of each pair, -1 where it has none.
    private var heads: [Int32] = []
    /// Words, each with the place that comes after it in its pair's list.
    private var places: [(word: Int32, next: Int32)] = []
    /// The index of a pair, or -1.
    private var slots: [Int32]

    /// Makes an empty table with room for about `count` places.
    init(placeCount count: Int) {
        slots = Array(repeating: -1, count: 1 << 16)
        places.reserveCapacity(count)
    }

    /// The key of a pair.
    @inline(__always)
    static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// The tokens of the pair at `index`.
    func pair(_ index: Int) -> (left: Int32, right: Int32) {
        (Int32(truncatingIfNeeded: keys[index] >> 32), Int32(truncatingIfNeeded: keys[index]))
    }

    /// The index of a pair, which is put into the table where it is new.
    @inline(__always)
    mutating func index(_ left: Int32, _ right: Int32) -> Int {
        let key = PairTable.key(left, right)
        let mask = slots.count - 1
        var slot = PairTable.slot(key) & mask
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if keys[index] == key { return index }
            slot = (slot + 1) & mask
        }
        slots[slot] = Int32(keys.count)
        keys.append(key)
        counts.append(0)
        heads.append(-1)
        if keys.count * 2 > slots.count { grow() }
        return keys.count - 1
    }

    /// Notes that the pair at `index` occurs in `word`.
    @inline(__always)
    mutating func addPlace(_ word: Int, to index: Int) {
        let head = heads[index]
        // Words are gone through one after the other, so that one that is there already is the latest.
        if head >= 0, places[Int(head)].word == word { return }
        heads[index] = Int32(places.count)
        places.append((Int32(word), head))
    }

    /// Takes away the words in which the pair at `index` may occur; one may be there more than once.
    mutating func takePlaces(of index: Int, into words: inout [Int32]) {
        words.removeAll(keepingCapacity: true)
        var place = heads[index]
        heads[index] = -1
        while place >= 0 {
            words.append(places[Int(place)].word)
            place = places[Int(place)].next
        }
    }

    private static func slot(_ key: UInt64) -> Int {
        let product = key.multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for index in keys.indices {
            var slot = PairTable.slot(keys[index]) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index)
        }
    }
}

/// Pairs by how often they occurred when they were put here, the most frequent first; of equally frequent ones that
/// with the lower tokens.
struct PairHeap {
    /// A pair with a count that may have changed since.
    struct Entry {
        var count: Int
        var key: UInt64
        var index: Int32

        @inline(__always)
        func isBefore(_ other: Entry) -> Bool {
            count != other.count ? count > other.count : key < other.key
        }
    }

    private var entries: [Entry] = []

    /// Makes a heap of `entries`.
    init(_ entries: [Entry]) {
        self.entries = entries
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    /// Puts an entry in.
    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first entry out.
    mutating func pop() -> Entry? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink(0)
        }
        return first
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var child = parent * 2 + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(entries[parent]) else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }
}
