/// Finds a key that an object holds twice, comparing keys as the bytes they stand for.
struct JSONKeySet {
    private var slots: [UInt32] = []

    /// The node of the first key that repeats an earlier key of the object at node `object`.
    mutating func firstDuplicate(object: Int, nodes: [JSONDocument.Node], text: Span<UInt8>) -> Int? {
        let count = Int(nodes[object].count)
        let capacity = max(8, (count * 2).nextPowerOfTwo)
        slots.removeAll(keepingCapacity: true)
        slots.append(contentsOf: repeatElement(0, count: capacity))
        var key = object + 1
        for _ in 0..<count {
            let node = nodes[key]
            var slot = Int(truncatingIfNeeded: hash(text, node)) & (capacity - 1)
            while slots[slot] != 0 {
                if equal(text, node, nodes[Int(slots[slot])]) { return key }
                slot = (slot + 1) & (capacity - 1)
            }
            slots[slot] = UInt32(key)
            key = nodes.end(ofValueAt: key + 1)
        }
        return nil
    }

    /// FNV-1a of the bytes that the key stands for.
    private func hash(_ text: Span<UInt8>, _ node: JSONDocument.Node) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        if node.count == 0 {
            for position in Int(node.start)..<Int(node.end) { add(text[position]) }
        } else {
            for byte in JSONEscape.unescaped(text, node) { add(byte) }
        }
        return hash ^ (hash >> 29)
    }

    private func equal(_ text: Span<UInt8>, _ a: JSONDocument.Node, _ b: JSONDocument.Node) -> Bool {
        guard a.count == 0, b.count == 0 else {
            return JSONEscape.unescaped(text, a) == JSONEscape.unescaped(text, b)
        }
        let length = Int(a.end - a.start)
        guard length == Int(b.end - b.start) else { return false }
        return (0..<length).allSatisfy { text[Int(a.start) + $0] == text[Int(b.start) + $0] }
    }
}

extension Int {
    /// The smallest power of two that is not less than this.
    fileprivate var nextPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}

extension [JSONDocument.Node] {
    /// The index one past the value at `index` and all that is in it.
    func end(ofValueAt index: Int) -> Int {
        switch self[index].kind {
        case .array, .object: Int(self[index].end)
        default: index + 1
        }
    }
}
