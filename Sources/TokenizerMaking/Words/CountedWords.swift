/// Different words with how often each occurs, one after another.
struct CountedWords: Sendable {
    /// The bytes of all words.
    private(set) var bytes: [UInt8] = []
    /// Where each word begins in `bytes`, and at last where the last one ends.
    private(set) var offsets: [Int] = [0]
    /// How often each occurs.
    private(set) var counts: [Int] = []

    /// The number of words.
    var count: Int { counts.count }

    /// How many bytes of memory they take.
    var weight: Int { bytes.count + counts.count * 16 }

    /// How many words of the text they stand for.
    var total: Int { counts.reduce(0, +) }

    /// Where the bytes of the word `index` lie.
    func range(_ index: Int) -> Range<Int> {
        offsets[index]..<offsets[index + 1]
    }

    /// Puts `word` behind the others.
    mutating func append(_ word: Span<UInt8>, count: Int) {
        unsafe word.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        offsets.append(bytes.count)
        counts.append(count)
    }

    /// Makes room.
    mutating func reserveCapacity(words: Int, bytes: Int) {
        self.bytes.reserveCapacity(bytes)
        offsets.reserveCapacity(words + 1)
        counts.reserveCapacity(words)
    }
}
