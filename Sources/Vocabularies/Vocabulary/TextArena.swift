private import CKernels

/// Texts one after the other in one array of bytes.
struct TextArena: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [UInt32] = []

    /// The number of texts.
    var count: Int { ends.count }

    /// The most bytes that are taken from outside.
    /// Forms made of the texts may be several times as long, and count in 32 bits too.
    static let maximumByteCount = 1 << 29

    /// Makes room for texts to come.
    mutating func reserveCapacity(_ texts: Int, bytes byteCount: Int) {
        ends.reserveCapacity(texts)
        bytes.reserveCapacity(byteCount)
    }

    /// Appends a text; the sum of all must stay within `maximumByteCount`.
    mutating func append(_ text: some Collection<UInt8>) {
        bytes.append(contentsOf: text)
        ends.append(UInt32(bytes.count))
    }

    /// Where the text `index` is in `bytes`.
    func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    /// A copy of the text `index`.
    subscript(index: Int) -> [UInt8] {
        Array(bytes[range(index)])
    }

    /// Appends all texts of `other`.
    mutating func append(contentsOf other: TextArena) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: other.bytes)
        ends.reserveCapacity(ends.count + other.ends.count)
        for end in other.ends { ends.append(start + end) }
    }
}

/// Finds texts of an arena by their bytes: open addressing, hashed under a seed of its own so that no file can be
/// made to collide.
struct TextTable: Sendable {
    /// The upper half of the hash, and the index of the text plus one in the lower half; 0 where free.
    private var slots: [UInt64]
    private let mask: Int
    private let seed = UInt64.random(in: .min ... .max)

    /// Makes a table with room for `capacity` texts.
    init(capacity: Int) {
        var size = 16
        while size < capacity + capacity / 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        mask = size - 1
    }

    private func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        unsafe focus_hash(text.baseAddress, text.count, seed)
    }

    /// The slot of a text equal to `text`, or the free one where it belongs.
    private func slot(
        of text: UnsafeBufferPointer<UInt8>, hash: UInt64, in arena: TextArena, bytes: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            if slots[slot] >> 32 == hash >> 32 {
                let range = arena.range(Int(slots[slot] & 0xFFFF_FFFF) - 1)
                if range.count == text.count,
                    unsafe range.isEmpty
                        || focus_equal(bytes.baseAddress! + range.lowerBound, text.baseAddress, text.count) != 0
                {
                    break
                }
            }
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// The index of the text in `arena` that equals `text`.
    func index(of text: some Collection<UInt8>, in arena: TextArena) -> Int? {
        let found = text.withContiguousStorageIfAvailable { unsafe index(of: $0, in: arena) }
        if let found { return found }
        return unsafe Array(text).withUnsafeBufferPointer { unsafe index(of: $0, in: arena) }
    }

    private func index(of text: UnsafeBufferPointer<UInt8>, in arena: TextArena) -> Int? {
        unsafe arena.bytes.withUnsafeBufferPointer { bytes in
            let found = unsafe slots[slot(of: text, hash: hash(text), in: arena, bytes: bytes)]
            return found == 0 ? nil : Int(found & 0xFFFF_FFFF) - 1
        }
    }

    /// Enters the text `index` of `arena`; returns the index of an equal one that was there before, if any.
    mutating func insert(_ index: Int, of arena: TextArena) -> Int? {
        let range = arena.range(index)
        var hash: UInt64 = 0
        let slot = unsafe arena.bytes.withUnsafeBufferPointer { bytes in
            let text = unsafe UnsafeBufferPointer(rebasing: bytes[range])
            hash = unsafe self.hash(text)
            return unsafe self.slot(of: text, hash: hash, in: arena, bytes: bytes)
        }
        guard slots[slot] == 0 else { return Int(slots[slot] & 0xFFFF_FFFF) - 1 }
        slots[slot] = hash & ~0xFFFF_FFFF | UInt64(index + 1)
        return nil
    }
}
