/// Token texts in one arena, found by their bytes.
struct TokenTable: Sendable {
    private struct Entry {
        var start: UInt32
        var count: UInt32
        var id: Int32
    }

    private var arena: [UInt8] = []
    private var entries: [Entry] = []
    /// 1 + the index of an entry and the high half of its hash; 0 where free.
    private var slots: [UInt64]

    /// Makes a table with room for `capacity` tokens.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        entries.reserveCapacity(capacity)
        arena.reserveCapacity(capacity * 8)
    }

    /// The number of different tokens.
    var count: Int {
        entries.count
    }

    /// Gives `token` the id `id` and returns the id that it had before.
    @discardableResult
    mutating func insert(_ token: Span<UInt8>, id: Int32) -> Int32? {
        if entries.count * 2 >= slots.count { grow() }
        let hash = ByteHash.hash(token)
        switch find(token, hash) {
        case .entry(let index):
            defer { entries[index].id = id }
            return entries[index].id
        case .free(let slot):
            slots[slot] = hash & ~0xFFFF_FFFF | UInt64(entries.count + 1)
            entries.append(Entry(start: UInt32(arena.count), count: UInt32(token.count), id: id))
            for index in 0..<token.count { arena.append(token[index]) }
            return nil
        }
    }

    /// The id of `token`, or nil.
    func id(of token: Span<UInt8>) -> Int32? {
        guard case .entry(let index) = find(token, ByteHash.hash(token)) else { return nil }
        return entries[index].id
    }

    /// The id of `token`, or nil.
    func id(of token: [UInt8]) -> Int32? {
        id(of: token.span)
    }

    /// The ids of each two tokens that are `text` side by side.
    ///
    /// - Parameter betweenCharacters: whether a token ends only where a character does.
    func halves(of text: Span<UInt8>, betweenCharacters: Bool) -> [(left: Int32, right: Int32)] {
        var halves: [(left: Int32, right: Int32)] = []
        var cut = 0
        while cut < text.count {
            cut += betweenCharacters ? UTF8Length.ofScalar(startingWith: text[cut]) : 1
            guard cut < text.count, let left = id(of: text.extracting(0..<cut)),
                let right = id(of: text.extracting(cut..<text.count))
            else { continue }
            halves.append((left, right))
        }
        return halves
    }

    private enum Place {
        case entry(Int)
        case free(Int)
    }

    private func find(_ token: Span<UInt8>, _ hash: UInt64) -> Place {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let content = slots[slot]
            guard content != 0 else { return .free(slot) }
            if (content ^ hash) >> 32 == 0 {
                let index = Int(content & 0xFFFF_FFFF) - 1
                if matches(entries[index], token) { return .entry(index) }
            }
            slot = (slot + 1) & mask
        }
    }

    private func matches(_ entry: Entry, _ token: Span<UInt8>) -> Bool {
        guard Int(entry.count) == token.count else { return false }
        let start = Int(entry.start)
        for index in 0..<token.count where arena[start + index] != token[index] { return false }
        return true
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for (index, entry) in entries.enumerated() {
            let bytes = arena.span.extracting(Int(entry.start)..<Int(entry.start + entry.count))
            let hash = ByteHash.hash(bytes)
            var slot = Int(truncatingIfNeeded: hash) & mask
            while larger[slot] != 0 { slot = (slot + 1) & mask }
            larger[slot] = hash & ~0xFFFF_FFFF | UInt64(index + 1)
        }
        slots = larger
    }
}
