private import CKernels

/// Lays out the double array of a `ByteTrie`.
struct ByteTrieBuilder {
    /// Keys that share a prefix of `depth` bytes, which leads to `node`.
    private struct Task {
        var keys: Range<Int>
        var depth: Int
        var node: Int
    }

    /// The bytes of all keys; key `k` has those from `starts[k]` to `starts[k + 1]`.
    private let bytes: [UInt8]
    private let starts: [Int]
    private let values: [Int32]
    /// The keys, put into the order of their bytes as the trie grows.
    private var order: [Int32]
    private var buffer: [Int32]

    private var nodes: [ByteTrie.Node] = []
    /// The free nodes as a ring through node 0, which is never free.
    private var nextFree: [Int32] = []
    private var previousFree: [Int32] = []

    static func nodes(_ keys: [(bytes: [UInt8], value: Int32)]) -> [ByteTrie.Node] {
        var builder = ByteTrieBuilder(keys)
        builder.build()
        return builder.nodes
    }

    private init(_ keys: [(bytes: [UInt8], value: Int32)]) {
        var bytes: [UInt8] = []
        var starts: [Int] = []
        starts.reserveCapacity(keys.count + 1)
        bytes.reserveCapacity(keys.count * 8)
        for key in keys {
            starts.append(bytes.count)
            bytes += key.bytes
        }
        starts.append(bytes.count)
        self.bytes = bytes
        self.starts = starts
        values = keys.map(\.value)
        order = keys.indices.map { Int32($0) }
        buffer = Array(repeating: 0, count: keys.count)
    }

    private mutating func build() {
        nodes.reserveCapacity(order.count * 4 + 256)
        nextFree.reserveCapacity(order.count * 4 + 256)
        previousFree.reserveCapacity(order.count * 4 + 256)
        addBlock()
        // Nothing may take the root for its child.
        nodes[0].parent = -2
        var tasks = [Task(keys: 0..<order.count, depth: 0, node: 0)]
        var labels: [UInt8] = []
        var bounds: [Int] = []
        while let task = tasks.popLast() {
            sort(task.keys, at: task.depth)
            labels.removeAll(keepingCapacity: true)
            bounds.removeAll(keepingCapacity: true)
            for position in task.keys {
                let label = label(position, task.depth)
                if label < 0 {
                    nodes[task.node].value = values[Int(order[position])]
                } else if labels.last.map({ Int($0) != label }) ?? true {
                    labels.append(UInt8(label))
                    bounds.append(position)
                }
            }
            guard !labels.isEmpty else { continue }
            bounds.append(task.keys.upperBound)
            let base = findBase(labels)
            nodes[task.node].base = Int32(base)
            for (index, label) in labels.enumerated() {
                let child = base ^ Int(label)
                occupy(child, parent: Int32(task.node))
                tasks.append(Task(keys: bounds[index]..<bounds[index + 1], depth: task.depth + 1, node: child))
            }
        }
    }

    /// The byte at `depth` of the key at `position` in order; -1 where the key ends.
    @inline(__always)
    private func label(_ position: Int, _ depth: Int) -> Int {
        let key = Int(order[position])
        let index = starts[key] + depth
        return index < starts[key + 1] ? Int(bytes[index]) : -1
    }

    /// Orders keys by their byte at `depth`; equal ones stay as they are.
    private mutating func sort(_ range: Range<Int>, at depth: Int) {
        guard range.count > 1 else { return }
        guard range.count > 64 else {
            for position in range.dropFirst() {
                let key = order[position]
                let label = label(position, depth)
                var place = position
                while place > range.lowerBound, self.label(place - 1, depth) > label {
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = key
            }
            return
        }
        var places = [Int](repeating: 0, count: 258)
        for position in range { places[label(position, depth) + 2] += 1 }
        for index in 1..<258 { places[index] += places[index - 1] }
        for position in range {
            let label = label(position, depth)
            buffer[range.lowerBound + places[label + 1]] = order[position]
            places[label + 1] += 1
        }
        for position in range { order[position] = buffer[position] }
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
            unlink(candidate)
            link(candidate)
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

    private mutating func occupy(_ index: Int, parent: Int32) {
        unlink(index)
        nodes[index].parent = parent
    }
}
