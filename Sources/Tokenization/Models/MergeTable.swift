/// The merges of a BPE model, by the ids of the two symbols that they join.
struct MergeTable: Sendable {
    /// What a pair becomes, and how early: lower ranks come first.
    struct Merge: Sendable {
        var rank: UInt32
        var id: Int32
    }

    private struct Slot {
        var pair: UInt64
        var merge: Merge
    }

    private static let free = UInt64.max
    private var slots: [Slot]
    private let shift: UInt64

    /// Makes a table with room for `capacity` merges.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(
            repeating: Slot(pair: MergeTable.free, merge: Merge(rank: 0, id: 0)), count: size)
        shift = UInt64(64 - size.trailingZeroBitCount)
    }

    /// Adds a merge; of two for one pair the later one counts. There must be room.
    mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
        let pair = MergeTable.key(left, right)
        var slot = Int(truncatingIfNeeded: ByteHash.hash(pair) >> shift)
        while slots[slot].pair != MergeTable.free, slots[slot].pair != pair { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Slot(pair: pair, merge: merge)
    }

    /// The merge of two neighbours, if there is one.
    @inline(__always)
    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        let pair = MergeTable.key(left, right)
        var slot = Int(truncatingIfNeeded: ByteHash.hash(pair) >> shift)
        while true {
            let content = slots[slot]
            if content.pair == pair { return content.merge }
            if content.pair == MergeTable.free { return nil }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
