/// A tensor in chunks, which cover it and share nothing.
package struct ChunkedLayout {
    /// The chunks in the order of their first bytes.
    package let chunks: [TensorChunk]
    package let byteCount: Int
    /// Whether the chunks lie one after another in the tensor.
    package let isInOrder: Bool

    /// What two boxes may be compared to find those that overlap: enough for thousands of chunks a tensor.
    private static let largestComparisonCount = 1 << 24

    /// The tensor whose contents are `chunks`, one after another.
    package init(inOrder chunks: [TensorChunk]) {
        self.chunks = chunks
        byteCount = chunks.last?.end ?? 0
        isInOrder = true
    }

    /// The tensor of `shape`, of `byteCount` bytes, that is put together from `boxes`.
    ///
    /// - Throws: `Refusal` where a box is not inside of it, two boxes overlap, or some of the tensor is in none.
    package init(of boxes: [ChunkBox], shape: [Int], byteCount: Int, elementByteCount: Int) throws(Refusal) {
        self.byteCount = byteCount
        let shapeText = "[\(shape.map(String.init).joined(separator: ", "))]"
        var chunks: [TensorChunk] = []
        var filled: [ChunkBox] = []
        var covered = 0
        for box in boxes {
            guard box.isInside(shape) else {
                throw Refusal(
                    .invalidTensor, "has a chunk at \(box.place) that is not inside of its shape \(shapeText)")
            }
            // Not more than the tensor has.
            let count = box.sizes.reduce(elementByteCount, *)
            guard count > 0 else { continue }
            let (sum, overflow) = covered.addingReportingOverflow(count)
            guard !overflow else { throw Refusal(.invalidTensor, "has chunks that overlap") }
            covered = sum
            let first = zip(box.offsets, shape).reduce(0) { $0 * $1.1 + $1.0 } * elementByteCount
            filled.append(box)
            chunks.append(
                TensorChunk(
                    first: first, byteCount: count, part: box.part, start: box.start, layout: box.layout,
                    rows: ChunkRows(of: box, in: shape, elementByteCount: elementByteCount)))
        }
        let order = chunks.indices.sorted { (chunks[$0].first, $0) < (chunks[$1].first, $1) }
        self.chunks = order.map { chunks[$0] }
        isInOrder = chunks.allSatisfy { $0.rows == nil }
        if isInOrder {
            for (number, next) in zip(order, order.dropFirst()) where chunks[number].end > chunks[next].first {
                throw ChunkedLayout.overlap(filled[number], filled[next])
            }
        } else {
            try ChunkedLayout.refuseOverlaps(filled)
        }
        guard covered == byteCount else {
            throw Refusal(
                .invalidTensor,
                "has chunks of \(covered) bytes in all, but \(byteCount) by its shape \(shapeText): chunks are "
                    + "missing; copy all files of the checkpoint again")
        }
    }

    /// Compares boxes that are near one another along the axis that they differ in most.
    private static func refuseOverlaps(_ boxes: [ChunkBox]) throws(Refusal) {
        guard let rank = boxes.first?.sizes.count else { return }
        let axis = (0..<rank).max { Set(boxes.map(\.offsets[$0])).count < Set(boxes.map(\.offsets[$1])).count } ?? 0
        let sorted = boxes.sorted { $0.offsets[axis] < $1.offsets[axis] }
        var comparisonCount = 0
        for (number, box) in sorted.enumerated() {
            let end = box.offsets[axis] + box.sizes[axis]
            for other in sorted[(number + 1)...] {
                guard other.offsets[axis] < end else { break }
                comparisonCount += 1
                guard comparisonCount <= largestComparisonCount else {
                    throw Refusal(.unsupported, "is in \(boxes.count) chunks, too many to see whether they overlap")
                }
                guard !box.overlaps(other) else { throw overlap(box, other) }
            }
        }
    }

    private static func overlap(_ box: ChunkBox, _ other: ChunkBox) -> Refusal {
        Refusal(
            .invalidTensor,
            "has chunks at \(box.place) and \(other.place) that overlap: files of two checkpoints were mixed, or it "
                + "was damaged")
    }
}
