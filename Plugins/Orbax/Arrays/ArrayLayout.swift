internal import PluginSupport

/// An array of zarr: how it is cut into chunks, and how these are packed.
struct ArrayLayout {
    let elementType: UInt32
    let shape: [Int]
    /// The shape of a chunk, as it is packed; chunks at the edges are as large as others.
    let chunk: [Int]
    /// The shape of what has a key of its own: a chunk, or several of them with an index.
    let outer: [Int]
    let packing: ChunkPacking
    /// Whether a checksum follows each packed chunk.
    let hasChecksum: Bool
    /// Whether outer chunks have an index, and how.
    let index: ShardIndexing?
    /// What comes before the numbers of a chunk in its key, and between them.
    let keyPrefix: [UInt8]
    let separator: UInt8
    /// Whether what is not stored is zeros.
    let fillsWithZeros: Bool

    /// How an index of chunks lies in its shard.
    struct ShardIndexing {
        let isAtEnd: Bool
        let hasChecksum: Bool
    }

    /// A chunk has at most so many bytes.
    private static let largestChunk = 1 << 44

    /// Throws where sizes are impossible.
    func check() throws(Refusal) {
        guard chunk.count == shape.count, outer.count == shape.count, shape.count <= 64,
            zip(outer, chunk).allSatisfy({ $0 > 0 && $1 > 0 && $0 % $1 == 0 })
        else {
            throw Refusal(.invalidTensor, "is in chunks of another number of axes, or of no elements")
        }
        _ = try ElementSize.byteCount(elementType, shape)
        guard try ElementSize.byteCount(elementType, outer) <= ArrayLayout.largestChunk else {
            throw Refusal(.unsupported, "is in chunks larger than any")
        }
    }

    /// How many bytes an unpacked chunk has.
    func chunkByteCount() throws(Refusal) -> Int { try ElementSize.byteCount(elementType, chunk) }

    /// How many cells of `sizes` there are along each axis.
    func grid(_ sizes: [Int]) -> [Int] {
        zip(shape, sizes).map { $0 == 0 ? 0 : ($0 - 1) / $1 + 1 }
    }

    /// How many chunks an outer one has along each axis.
    var inner: [Int] { zip(outer, chunk).map { $0 / $1 } }

    /// The key of the outer chunk at `place`, behind the name of the array.
    func key(_ place: [Int]) -> [UInt8] {
        guard !place.isEmpty else { return keyPrefix.isEmpty ? [UInt8(ascii: "0")] : Array(keyPrefix.dropLast()) }
        return keyPrefix + place.map { Array(String($0).utf8) }.joined(separator: [separator])
    }
}
