/// Lays out the double array of a `ByteTrie`.
struct ByteTrieBuilder {
    /// Keys in byte order; a range of them shares a prefix of `depth` bytes, which leads to `node`.
    private struct Task {
        var keys: Range<Int>
        var depth: Int
        var node: Int
    }

    private var nodes: [ByteTrie.Node] = []
    /// The free nodes as a ring through node 0, which is never free.
    private var nextFree: [Int32] = []
    private var previousFree: [Int32] = []

    static func nodes(_ keys: [(bytes: [UInt8], value: Int32)]) -> [ByteTrie.Node] {
        var builder = ByteTrieBuilder()
        builder.build(keys, order: sortedOrder(of: keys))
        return builder.nodes
    }

    /// The indices of the keys by bytes, then by index.
    private static func sortedOrder(of keys: [(bytes: [UInt8], value: Int32)]) -> [Int32] {
        var heads: [(head: UInt64, index: Int32)] = []
        heads.reserveCapacity(keys.count)
        for (index, key) in keys.enumerated() {
            var head: UInt64 = 0
            for offset in 0..<8 { head = head << 8 | (offset < key.bytes.count ? UInt64(key.bytes[offset]) : 0) }
            heads.append((head, Int32(index)))
        }
        heads.sort { a, b in
            if a.head != b.head { return a.head < b.head }
            let (first, second) = (keys[Int(a.index)].bytes, keys[Int(b.index)].bytes)
            if first.count <= 8 && second.count <= 8 {
                return first.count != second.count ? first.count < second.count : a.index < b.index
            }
            if first == second { return a.index < b.index }
            return first.lexicographicallyPrecedes(second)
        }
        return heads.map(\.index)
    }

    private mutating func build(_ keys: [(bytes: [UInt8], value: Int32)], order: [Int32]) {
        nodes.reserveCapacity(keys.count * 4 + 256)
        nextFree.reserveCapacity(keys.count * 4 + 256)
        previousFree.reserveCapacity(keys.count * 4 + 256)
        addBlock()
        occupy(0, parent: 0)
        // Nothing may take the root for its child.
        nodes[0].parent = -2
        var tasks = [Task(keys: 0..<order.count, depth: 0, node: 0)]
        var labels: [UInt8] = []
        var starts: [Int] = []
        while let task = tasks.popLast() {
            labels.removeAll(keepingCapacity: true)
            starts.removeAll(keepingCapacity: true)
            for position in task.keys {
                let index = Int(order[position])
                if keys[index].bytes.count == task.depth {
                    nodes[task.node].value = keys[index].value
                    continue
                }
                let label = keys[index].bytes[task.depth]
                if labels.last != label {
                    labels.append(label)
                    starts.append(position)
                }
            }
            guard !labels.isEmpty else { continue }
            let base = findBase(labels)
            nodes[task.node].base = Int32(base)
            for label in labels { occupy(base ^ Int(label), parent: Int32(task.node)) }
            for (offset, label) in labels.enumerated() {
                let end = offset + 1 < starts.count ? starts[offset + 1] : task.keys.upperBound
                tasks.append(Task(keys: starts[offset]..<end, depth: task.depth + 1, node: base ^ Int(label)))
            }
        }
    }

    /// A base at which the nodes of all `labels` are free.
    private mutating func findBase(_ labels: [UInt8]) -> Int {
        var attempts = labels.count == 1 ? 1 : 32
        var candidate = Int(nextFree[0])
        while candidate != 0, attempts > 0 {
            let base = candidate ^ Int(labels[0])
            if labels.allSatisfy({ nodes[base ^ Int($0)].parent == -1 }) { return base }
            // What did not fit is not asked again soon: the ring turns.
            let next = Int(nextFree[candidate])
            moveToEnd(candidate)
            candidate = next
            attempts -= 1
        }
        let block = nodes.count
        addBlock()
        return block
    }

    private mutating func addBlock() {
        let first = nodes.count
        nodes.append(contentsOf: repeatElement(.init(base: 0, parent: -1, value: -1), count: 256))
        for index in first..<first + 256 {
            nextFree.append(0)
            previousFree.append(0)
            if index > 0 { link(index) }
        }
    }

    private mutating func link(_ index: Int) {
        let last = previousFree[0]
        nextFree[Int(last)] = Int32(index)
        previousFree[index] = last
        nextFree[index] = 0
        previousFree[0] = Int32(index)
    }

    private mutating func unlink(_ index: Int) {
        let (before, after) = (previousFree[index], nextFree[index])
        nextFree[Int(before)] = after
        previousFree[Int(after)] = before
    }

    private mutating func moveToEnd(_ index: Int) {
        unlink(index)
        link(index)
    }

    private mutating func occupy(_ index: Int, parent: Int32) {
        if index > 0 { unlink(index) }
        nodes[index].parent = parent
    }
}
