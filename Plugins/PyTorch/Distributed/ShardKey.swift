/// Which part of a tensor, or which object, an item of a distributed checkpoint is.
struct ShardKey: Hashable {
    let name: [UInt8]
    /// Where the part begins along each axis; nil for an object.
    let offsets: [Int]?
}
