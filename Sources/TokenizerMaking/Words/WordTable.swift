private import Glibc

/// How often each of many words was seen: an open hash table over one run of bytes.
struct WordTable: Sendable {
    /// One word: where its bytes begin and how many there are, and how often it was seen.
    private struct Entry: Sendable {
        var start: Int
        var length: Int32
        /// The upper half of the hash, which spares most comparisons of bytes.
        var mark: UInt32
        var count: Int
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// The index of an entry, or -1.
    private var slots: [Int32]

    init() {
        slots = Array(repeating: -1, count: 1 << 12)
    }

    /// A table that is not to be used, for a place that lends its own away.
    static let none = WordTable(slots: [])

    private init(slots: [Int32]) {
        self.slots = slots
    }

    /// The number of different words.
    var count: Int { entries.count }

    /// About how many bytes of memory the words take.
    var weight: Int { bytes.count + entries.count * MemoryLayout<Entry>.stride + slots.count * 4 }

    /// Counts `word` `times` more.
    mutating func add(_ word: Span<UInt8>, times: Int = 1) {
        let hash = WordHash.hash(word)
        let mark = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if entries[index].mark == mark, isSame(word, as: entries[index]) {
                entries[index].count += times
                return
            }
            slot = (slot + 1) & mask
        }
        slots[slot] = Int32(entries.count)
        entries.append(Entry(start: bytes.count, length: Int32(word.count), mark: mark, count: times))
        unsafe word.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        if entries.count * 2 > slots.count { grow() }
    }

    @inline(__always)
    private func isSame(_ word: Span<UInt8>, as entry: Entry) -> Bool {
        guard word.count == entry.length else { return false }
        return unsafe word.withUnsafeBufferPointer { word in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe memcmp(word.baseAddress!, bytes.baseAddress! + entry.start, word.count) == 0
            }
        }
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        var larger = [Int32](repeating: -1, count: mask + 1)
        for index in entries.indices {
            let entry = entries[index]
            let word = bytes.span.extracting(entry.start..<entry.start + Int(entry.length))
            var slot = Int(truncatingIfNeeded: WordHash.hash(word)) & mask
            while larger[slot] >= 0 { slot = (slot + 1) & mask }
            larger[slot] = Int32(index)
        }
        slots = larger
    }

    /// The words in the order of their bytes.
    func sorted() -> CountedWords {
        let order = unsafe bytes.withUnsafeBufferPointer { bytes in
            entries.indices.sorted { first, second in
                let (one, other) = (entries[first], entries[second])
                return unsafe WordOrder.isBefore(
                    bytes[one.start..<one.start + Int(one.length)],
                    bytes[other.start..<other.start + Int(other.length)])
            }
        }
        var words = CountedWords()
        words.reserveCapacity(words: entries.count, bytes: bytes.count)
        for index in order {
            let entry = entries[index]
            words.append(bytes.span.extracting(entry.start..<entry.start + Int(entry.length)), count: entry.count)
        }
        return words
    }
}

/// Hashes of words that are the same on every machine.
enum WordHash {
    /// Eight bytes at a time, each folded by a wide product.
    @inline(__always)
    static func hash(_ word: Span<UInt8>) -> UInt64 {
        let raw = unsafe word.bytes
        var state = UInt64(truncatingIfNeeded: word.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= word.count {
            // Within bounds by the loop's condition.
            let part = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            state = fold(state ^ UInt64(littleEndian: part))
            offset += 8
        }
        var tail: UInt64 = 0
        for index in offset..<word.count { tail = tail << 8 | UInt64(word[index]) }
        state = fold(state ^ tail)
        return state ^ state >> 29
    }
}

extension WordHash {
    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}

/// The order of words by their bytes.
enum WordOrder {
    /// Whether `first` comes before `second`.
    @inline(__always)
    static func isBefore(_ first: Slice<UnsafeBufferPointer<UInt8>>, _ second: Slice<UnsafeBufferPointer<UInt8>>)
        -> Bool
    {
        unsafe first.lexicographicallyPrecedes(second)
    }
}
