internal import CKernels

/// The merges of a BPE model, by the ids of the two symbols that they join.
struct MergeTable: Sendable {
    /// What a pair becomes, and how early: lower ranks come first.
    struct Merge: Sendable {
        var rank: UInt32
        var id: Int32
    }

    /// The longest word that `mergeAll` takes.
    static let longestWord = Int(FOCUS_MERGED_SYMBOLS)

    private static let free = UInt64.max
    private var slots: [focus_merge]
    private let shift: UInt32

    /// Makes a table with room for `capacity` merges.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: focus_merge(pair: MergeTable.free, rank: 0, id: 0), count: size)
        shift = UInt32(64 - size.trailingZeroBitCount)
    }

    /// Adds a merge; of two for one pair the later one counts. There must be room.
    mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
        let pair = MergeTable.key(left, right)
        var slot = focus_merge_slot(pair, shift)
        while slots[slot].pair != MergeTable.free, slots[slot].pair != pair { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = focus_merge(pair: pair, rank: merge.rank, id: merge.id)
    }

    /// The merge of two neighbours, if there is one.
    @inline(__always)
    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        let pair = MergeTable.key(left, right)
        var slot = focus_merge_slot(pair, shift)
        while true {
            let content = slots[slot]
            if content.pair == pair { return Merge(rank: content.rank, id: content.id) }
            if content.pair == MergeTable.free { return nil }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// Joins neighbours among the symbols of a word, the pair with the lowest rank first, then the first, but for
    /// merges into `excluded`.
    ///
    /// - Parameter symbols: at most `longestWord`; they become what is left of them.
    func mergeAll(_ symbols: inout [Int32], without excluded: Int32) {
        precondition(symbols.count <= MergeTable.longestWord)
        let left = unsafe slots.withUnsafeBufferPointer { slots in
            unsafe symbols.withUnsafeMutableBufferPointer { symbols in
                unsafe focus_merge_symbols(slots.baseAddress, shift, excluded, symbols.baseAddress, symbols.count)
            }
        }
        symbols.removeLast(symbols.count - left)
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
