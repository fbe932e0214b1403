public import SystemPackage

/// One of several files that an index ties together.
public struct TensorShard: Sendable {
    /// The file.
    public let path: FilePath
    /// Its tensors.
    public let reader: any TensorReader

    /// Makes a shard.
    public init(path: FilePath, reader: any TensorReader) {
        self.path = path
        self.reader = reader
    }
}
