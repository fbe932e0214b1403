/// A tensor as the metadata of a distributed checkpoint describe it; nothing of it is checked.
struct ShardedTensor {
    let name: [UInt8]
    let type: TorchType
    let shape: [Int]
    /// Where the chunks begin along each axis, and how far they go.
    let chunks: [(offsets: [Int], sizes: [Int])]
}
