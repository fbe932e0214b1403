public import Parallel
public import SystemPackage
public import TensorIO

/// What to convert, to which format, and where to.
public struct ConversionOptions: Sendable {
    /// The checkpoint: a folder or one tensor file.
    public var source: FilePath
    /// Which copy of the weights of a folder is meant; nil for the plain one.
    public var variant: String?
    /// The file or folder to write; nil to put it in the place of the source.
    public var destination: FilePath?
    /// The name of the format to write; nil to go by the destination's extension, or else to keep the source's.
    public var format: String?
    /// How contents are compressed.
    public var compression = TensorCompression.none
    /// The largest size of a shard in bytes, `Int.max` for one file; nil to keep to what the source has.
    public var shardSize: Int?
    /// What floating-point elements become; nil to keep them.
    public var elementType: ElementType?
    /// Whether quantised weights become numbers, of type F32 where `elementType` is nil.
    public var dequantizes = false
    /// Which tensors come along.
    public var selects: @Sendable (TensorName) -> Bool = { _ in true }
    /// Whether what is at the destination is replaced.
    public var overwrites = false
    /// Where the original is kept that is replaced in place; nil to remove it.
    public var keptOriginal: FilePath?
    /// Whether what was written is read again and compared before it gets its name.
    public var verifies = true
    /// Hears what the user should know while it happens.
    public var tell: @Sendable (String) -> Void = { _ in }
    /// The threads to use; one a core by default. The result is the same on any number.
    public var workers = Workers.allCores

    /// Makes options that copy `source` to `destination`.
    public init(source: FilePath, destination: FilePath?) {
        self.source = source
        self.destination = destination
    }
}
