internal import PluginSupport

extension StoredArray {
    /// How many bytes are put together at once.
    private static let pieceByteCount = 1 << 20
    /// What an open chunk takes at most: the memory of an unpacking stream.
    private static let streamByteCount = 1 << 22
    /// What all open chunks may take.
    private static let largestMemory = 1 << 30

    /// Whether what is before a range must be unpacked to read it.
    func isSequential() throws(Refusal) -> Bool {
        guard layout.packing != .none else { return false }
        return try layout.chunkByteCount() > StoredArray.pieceByteCount
    }

    /// Throws where more chunks would be open at once than fit into memory.
    func checkMemory() throws(Refusal) {
        guard !layout.shape.contains(0) else { return }
        let count = ChunkTraversal(layout).openCount
        let each = min(try layout.chunkByteCount(), StoredArray.streamByteCount) + 256
        guard count <= StoredArray.largestMemory / each else {
            throw Refusal(
                .unsupported,
                "is cut into \(count) chunks side by side, more than are read at once: restore it with Orbax, and save "
                    + "it with chunks of whole rows")
        }
    }

    /// Sends the bytes `range` of the array, which are inside of it, to `send`, in order.
    ///
    /// - Returns: what `send` returned where that was not 0, or 0.
    func read(_ range: Range<Int>, to send: ChunkedLayout.Send) throws(Refusal) -> Int32 {
        let walk = ChunkTraversal(layout)
        let width = try ElementSize.byteCount(layout.elementType, [1])
        var open = OpenChunks(self, walk, try layout.chunkByteCount())
        var piece = [UInt8](repeating: 0, count: min(StoredArray.pieceByteCount, range.count))
        let line = (walk.shape.last ?? 1) * width
        let run = (walk.chunk.last ?? 1) * width
        var (place, filled) = (range.lowerBound, 0)
        while place < range.upperBound {
            // A piece of a line that is in one chunk.
            let inLine = place % line
            let end = min(line - inLine, run - inLine % run, range.upperBound - place, piece.count - filled)
            let (chunk, start) = try open.find(line: place / line, inLine, width)
            try chunk.read(from: start, into: &piece, filled..<filled + end)
            place += end
            filled += end
            guard filled == piece.count || place == range.upperBound else { continue }
            let status = unsafe piece.withUnsafeBytes { unsafe send(UnsafeRawBufferPointer(rebasing: $0[..<filled])) }
            guard status == 0 else { return status }
            filled = 0
        }
        return 0
    }
}

/// The chunks of an array that are open.
private struct OpenChunks {
    private let array: StoredArray
    private let walk: ChunkTraversal
    private let byteCount: Int
    private var chunks: [OpenChunk?]
    /// Which chunks they are along the outer axes.
    private var outer: [Int] = []

    init(_ array: StoredArray, _ walk: ChunkTraversal, _ byteCount: Int) {
        self.array = array
        self.walk = walk
        self.byteCount = byteCount
        chunks = Array(repeating: nil, count: walk.openCount)
    }

    /// The chunk that has byte `inLine` of line number `line`, and which byte of the chunk that is.
    mutating func find(line: Int, _ inLine: Int, _ width: Int) throws(Refusal) -> (OpenChunk, Int) {
        let rank = walk.shape.count
        var index = [Int](repeating: 0, count: rank)
        index[rank - 1] = inLine / width
        var rest = line
        for axis in (0..<rank - 1).reversed() {
            index[axis] = rest % walk.shape[axis]
            rest /= walk.shape[axis]
        }
        let place = zip(index, walk.chunk).map { $0 / $1 }
        let outer = Array(place[..<walk.outerCount])
        if outer != self.outer {
            self.outer = outer
            for number in chunks.indices { chunks[number] = nil }
        }
        let element = zip(index, walk.chunk).reduce(0) { $0 * $1.1 + $1.0 % $1.1 }
        let number = zip(place, walk.grid)[walk.outerCount...].reduce(0) { $0 * $1.1 + $1.0 }
        if let chunk = chunks[number] { return (chunk, element * width + inLine % width) }
        let packed = try array.chunk(at: walk.ownPlace(place, rank: array.layout.shape.count))
        let chunk = try OpenChunk(packed, array.layout.packing, byteCount: byteCount)
        chunks[number] = chunk
        return (chunk, element * width + inLine % width)
    }
}

extension Zip2Sequence where Sequence1 == [Int], Sequence2 == [Int] {
    /// The pairs from the number `range` begins with on.
    fileprivate subscript(range: PartialRangeFrom<Int>) -> DropFirstSequence<Self> {
        dropFirst(range.lowerBound)
    }
}
