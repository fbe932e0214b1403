/// Merges that may come next, by rank, then by place: a binary heap.
struct MergeQueue {
    /// The merge of the symbol at `position` with its neighbour on the right.
    struct Entry {
        /// Rank and position in one number, so that one comparison orders both.
        let order: UInt64
        let id: Int32

        init(rank: UInt32, position: Int, id: Int32) {
            order = UInt64(rank) << 32 | UInt64(UInt32(position))
            self.id = id
        }

        var position: Int {
            Int(order & 0xFFFF_FFFF)
        }
    }

    private var heap: [Entry] = []

    mutating func removeAll() {
        heap.removeAll(keepingCapacity: true)
    }

    mutating func push(_ entry: Entry) {
        var index = heap.count
        heap.append(entry)
        while index > 0 {
            let parent = (index - 1) / 2
            if heap[parent].order <= entry.order { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    mutating func pop() -> Entry? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return top }
        var index = 0
        while true {
            var child = 2 * index + 1
            if child >= heap.count { break }
            if child + 1 < heap.count, heap[child + 1].order < heap[child].order { child += 1 }
            if last.order <= heap[child].order { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = last
        return top
    }
}
