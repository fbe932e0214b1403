private import CKernels

/// Ids of words that were tokenized before: bounded, and emptied when full.
struct WordCache {
    /// How far a search came.
    enum Search {
        /// All ids were appended.
        case finished
        /// The word at `index` is not known: those before it are done. It is to be inserted under `hash`.
        case missing(index: Int, hash: UInt32)
    }

    /// Longer words are not kept.
    static let maximumWordCount = 256
    private static let maximumIDCount = 256
    private static let maximumRecordCount = 1 << 22

    private let maximumEntryCount: Int
    /// The hash of a word in the upper half, and 1 + the index of its record in the lower one; 0 where free.
    private var slots = [UInt64](repeating: 0, count: 1 << 10)
    private var count = 0
    /// Of each word: its length, with the number of its ids in the upper half; the ids; the bytes, four at a time.
    private var records: [UInt32] = []
    /// No text can be made to collide.
    private let seed = UInt64.random(in: .min ... .max)

    /// Makes an empty cache; with all it may hold it takes some 20 MB.
    init(maximumEntryCount: Int = 1 << 18) {
        self.maximumEntryCount = maximumEntryCount
    }

    /// Appends the ids of the `words` of `text` from the one at `start` on, up to the first that is not known; empty
    /// words have none.
    func append(_ words: [Range<Int>], from start: Int, of text: Span<UInt8>, to ids: inout [Int32]) -> Search {
        var next = start
        while next < words.count {
            let left = words.count - next
            var found = focus_words_found()
            // Room for any one word at least, so that each round comes further.
            ids.append(addingCapacity: left * 2 + WordCache.maximumIDCount) { room in
                found = search(words, from: next, of: text, into: &room)
            }
            next += found.words
            if found.is_unknown != 0 { return .missing(index: next, hash: found.hash) }
        }
        return .finished
    }

    private func search(
        _ words: [Range<Int>], from start: Int, of text: Span<UInt8>, into ids: inout OutputSpan<Int32>
    ) -> focus_words_found {
        precondition(words[start].lowerBound >= 0 && words[words.count - 1].upperBound <= text.count)
        return unsafe slots.withUnsafeBufferPointer { slots in
            unsafe records.withUnsafeBufferPointer { records in
                var known = unsafe focus_known_words(
                    slots: slots.baseAddress, slot_count: slots.count, records: records.baseAddress, seed: seed)
                return unsafe text.withUnsafeBufferPointer { text in
                    unsafe words.withUnsafeBufferPointer { words in
                        unsafe ids.withUnsafeMutableBufferPointer { ids, count in
                            // A range is its two bounds.
                            let bounds = unsafe UnsafeRawPointer(words.baseAddress! + start).assumingMemoryBound(
                                to: Int.self)
                            let found = unsafe focus_find_words(
                                &known, text.baseAddress, bounds, words.count - start, WordCache.maximumWordCount,
                                ids.baseAddress, ids.count)
                            count += found.ids
                            return found
                        }
                    }
                }
            }
        }
    }

    /// Keeps the ids of `word`, which is not known yet.
    mutating func insert(_ word: Span<UInt8>, hash: UInt32, ids: ArraySlice<Int32>) {
        guard word.count <= WordCache.maximumWordCount, ids.count <= WordCache.maximumIDCount else { return }
        if count >= maximumEntryCount || records.count > WordCache.maximumRecordCount {
            empty()
        } else if count * 2 >= slots.count {
            grow()
        }
        WordCache.place(UInt64(hash) << 32 | UInt64(records.count + 1), in: &slots)
        records.append(UInt32(word.count | ids.count << 16))
        for id in ids { records.append(UInt32(bitPattern: id)) }
        for start in stride(from: 0, to: word.count, by: 4) {
            var bytes: UInt32 = 0
            for index in start..<min(start + 4, word.count) { bytes |= UInt32(word[index]) << (8 * (index - start)) }
            records.append(bytes.littleEndian)
        }
        count += 1
    }

    private static func place(_ content: UInt64, in slots: inout [UInt64]) {
        let mask = slots.count - 1
        var slot = Int(content >> 32) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = content
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        for content in slots where content != 0 { WordCache.place(content, in: &larger) }
        slots = larger
    }

    private mutating func empty() {
        for index in slots.indices { slots[index] = 0 }
        count = 0
        records.removeAll(keepingCapacity: true)
    }
}
