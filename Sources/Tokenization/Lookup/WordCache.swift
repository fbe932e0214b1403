/// Ids of words that were tokenized before: bounded, and emptied when full.
struct WordCache {
    private struct Entry {
        var hash: UInt32 = 0
        var keyStart: UInt32 = 0
        var keyCount: UInt16 = 0
        var idCount: UInt16 = 0
        /// 1 + the index of the first id; 0 where the slot is free.
        var idStart: UInt32 = 0
    }

    /// Longer words are not kept.
    static let maximumKeyCount = 256
    private static let maximumKeyBytes = 1 << 23

    private let maximumEntryCount: Int
    private var slots = [Entry](repeating: Entry(), count: 1 << 10)
    private var count = 0
    private var keys: [UInt8] = []
    private var ids: [Int32] = []

    /// Makes an empty cache; with all it may hold it takes some 20 MB.
    init(maximumEntryCount: Int = 1 << 18) {
        self.maximumEntryCount = maximumEntryCount
    }

    /// Appends the ids of `word` to `output`, if they are known.
    @inline(__always)
    func append(_ word: Span<UInt8>, hash: UInt64, to output: inout [Int32]) -> Bool {
        let mask = slots.count - 1
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            guard entry.idStart != 0 else { return false }
            if entry.hash == tag, matches(entry, word) {
                let first = Int(entry.idStart) - 1
                for index in first..<first + Int(entry.idCount) { output.append(ids[index]) }
                return true
            }
            slot = (slot + 1) & mask
        }
    }

    /// Keeps the ids of `word`, which is not known yet.
    mutating func insert(_ word: Span<UInt8>, hash: UInt64, ids new: ArraySlice<Int32>) {
        guard word.count <= WordCache.maximumKeyCount, new.count <= Int(UInt16.max) else { return }
        if count >= maximumEntryCount || keys.count > WordCache.maximumKeyBytes {
            empty()
        } else if count * 2 >= slots.count {
            grow()
        }
        let entry = Entry(
            hash: UInt32(truncatingIfNeeded: hash >> 32), keyStart: UInt32(keys.count), keyCount: UInt16(word.count),
            idCount: UInt16(new.count), idStart: UInt32(ids.count + 1))
        for index in 0..<word.count { keys.append(word[index]) }
        ids.append(contentsOf: new)
        count += 1
        place(entry, hash: hash)
    }

    private mutating func place(_ entry: Entry, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot].idStart != 0 { slot = (slot + 1) & mask }
        slots[slot] = entry
    }

    @inline(__always)
    private func matches(_ entry: Entry, _ word: Span<UInt8>) -> Bool {
        guard Int(entry.keyCount) == word.count else { return false }
        let start = Int(entry.keyStart)
        for index in 0..<word.count where keys[start + index] != word[index] { return false }
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Entry(), count: old.count * 2)
        for entry in old where entry.idStart != 0 {
            let start = Int(entry.keyStart)
            place(entry, hash: ByteHash.hash(keys.span.extracting(start..<start + Int(entry.keyCount))))
        }
    }

    private mutating func empty() {
        for index in slots.indices { slots[index] = Entry() }
        count = 0
        keys.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
    }
}
