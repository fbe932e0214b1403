internal import TensorIO

/// Finds words that stand in a mapped file, each ended by the same byte, which no word holds: an open-addressing table
/// of where they begin, and no copies of them.
struct WordTable: Sendable {
    /// Which of two equal words counts.
    enum Duplicates: Sendable {
        case firstCounts, lastCounts
    }

    /// Where each word begins in the file.
    private var starts: [Int] = []
    /// The byte after each word.
    private let terminator: UInt8
    private let duplicates: Duplicates
    /// Word numbers by hash; -1 is free. The size is a power of two, twice the number of words or more.
    private var slots: [Int32]

    /// Makes an empty table for `capacity` words, each of which is followed by `terminator`.
    init(capacity: Int, terminator: UInt8, duplicates: Duplicates) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        starts.reserveCapacity(capacity)
        self.terminator = terminator
        self.duplicates = duplicates
    }

    /// Appends the word that begins at `start`, which must be followed by the terminator.
    mutating func append(at start: Int, in bytes: RawSpan) {
        precondition(starts.count < slots.count / 2, "more words than the table was made for")
        var hash = FastTextHash.start
        var end = start
        while bytes.byte(at: end) != terminator {
            hash = FastTextHash.extended(hash, by: bytes.byte(at: end))
            end += 1
        }
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0, !bytes.hasSameWord(at: starts[Int(slots[slot])], and: start, upTo: terminator) {
            slot = (slot + 1) & (slots.count - 1)
        }
        if slots[slot] < 0 || duplicates == .lastCounts { slots[slot] = Int32(starts.count) }
        starts.append(start)
    }

    /// The number of words, duplicates included.
    var count: Int {
        starts.count
    }

    /// Where the word of that number begins in the file.
    func start(of number: Int) -> Int {
        starts[number]
    }

    /// The number of `word`, or nil where it is not in the table.
    func number(of word: [UInt8], in bytes: RawSpan) -> Int? {
        var slot = Int(FastTextHash.of(word)) & (slots.count - 1)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            if bytes.hasWord(word, at: starts[number], upTo: terminator) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// A copy of the word of that number.
    func word(_ number: Int, in bytes: RawSpan) -> [UInt8] {
        var word: [UInt8] = []
        var position = starts[number]
        while bytes.byte(at: position) != terminator {
            word.append(bytes.byte(at: position))
            position += 1
        }
        return word
    }
}

extension RawSpan {
    /// Whether the same bytes up to and with `terminator` stand at both places.
    fileprivate func hasSameWord(at a: Int, and b: Int, upTo terminator: UInt8) -> Bool {
        var offset = 0
        while byte(at: a + offset) == byte(at: b + offset) {
            if byte(at: a + offset) == terminator { return true }
            offset += 1
        }
        return false
    }

    /// Whether `word` and then `terminator` stand at `start`.
    fileprivate func hasWord(_ word: [UInt8], at start: Int, upTo terminator: UInt8) -> Bool {
        for (offset, expected) in word.enumerated() {
            let found = byte(at: start + offset)
            guard found == expected, found != terminator else { return false }
        }
        return byte(at: start + word.count) == terminator
    }
}
