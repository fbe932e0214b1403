public import Parallel

/// How to write.
public struct WriteOptions: Sendable {
    /// Whether a file that has the name already is replaced; otherwise it is an error.
    public var replacesExisting = false
    /// Whether the bytes are forced to disk before the file gets its name.
    public var synchronizes = true

    /// How contents are compressed; a format that cannot says so.
    public var compression = TensorCompression.none

    /// The largest size in bytes of the contents of one file, where the format can spread tensors over several; nil for
    /// its default.
    public var shardSize: Int?

    /// The threads that compress; all cores by default. The bytes that are written do not depend on them.
    public var workers = Workers.allCores

    /// What the tensors are read from: a format takes over from a file of its own what is neither tensor nor metadata
    /// (HDF5: groups, and attributes of all kinds). None by default.
    public var source: (any TensorReader)?

    /// Makes the defaults.
    public init() {}
}
