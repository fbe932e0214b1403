public import TensorIO

/// What a format says it can do; the laws are about that.
public struct FormatAbilities: Sendable {
    /// The name under which the laws write, with the format's ending.
    public var fileName: String
    /// The element types it carries.
    public var elementTypes: Set<ElementType>
    /// The largest number of tensors of one file.
    public var maximumTensorCount: Int
    /// Whether a file keeps the names of its tensors.
    public var keepsNames: Bool
    /// The longest name in bytes; a tensor with a longer one is refused.
    public var maximumNameLength: Int
    /// The largest number of axes; a tensor with more is refused.
    public var maximumRank: Int
    /// Whether a file has a place for metadata.
    public var keepsMetadata: Bool
    /// Whether its files can be told from others by their first bytes.
    public var isRecognizedByBytes: Bool
    /// How the laws have files compressed.
    public var compression: TensorCompression
    /// The largest file that the laws ask for, where the format can spread tensors over several.
    public var shardSize: Int?

    /// Describes a format that can do all there is; change what differs.
    public init(
        fileName: String, elementTypes: Set<ElementType> = Set(ElementType.allCases), maximumTensorCount: Int = .max,
        keepsNames: Bool = true, maximumNameLength: Int = .max, maximumRank: Int = TensorDescriptor.maximumRank,
        keepsMetadata: Bool = true, isRecognizedByBytes: Bool = true, compression: TensorCompression = .none,
        shardSize: Int? = nil
    ) {
        self.fileName = fileName
        self.elementTypes = elementTypes
        self.maximumTensorCount = maximumTensorCount
        self.keepsNames = keepsNames
        self.maximumNameLength = maximumNameLength
        self.maximumRank = maximumRank
        self.keepsMetadata = keepsMetadata
        self.isRecognizedByBytes = isRecognizedByBytes
        self.compression = compression
        self.shardSize = shardSize
    }
}
