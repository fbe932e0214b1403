/// Where an item of a distributed checkpoint lies.
struct ShardItem {
    /// The name of the file in the folder of the checkpoint.
    let file: [UInt8]
    /// The first byte in that file, and how many there are; not checked.
    let offset: Int
    let byteCount: Int
    /// Whether an extension of torch changed the bytes, as a compression does.
    let isTransformed: Bool
}
