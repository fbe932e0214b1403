/// What a tensor format can do.
public struct FormatTraits: Sendable {
    /// What its files are, in a few words.
    public var summary: String
    /// The element types that can be written.
    public var elementTypes: Set<ElementType>
    /// The compressions that can be written, as `TensorCompression` names them.
    public var compressions: [String]
    /// Whether it writes at all.
    public var writes: Bool
    /// Whether several tensors, with their names, lie in a folder: the path to write is then that of the folder.
    public var isFolder: Bool
    /// Whether tensors can be spread over several files of a given size.
    public var splitsIntoShards: Bool
    /// What is appended to a file's name for the file beside it that a single file may need; nil where there is none.
    public var sidecarSuffix: String?
    /// Whether there is a place for metadata.
    public var keepsMetadata: Bool
    /// Whether a file is one tensor, and does not keep its name.
    public var holdsOneTensor: Bool
    /// Where the format comes from: this package, or the file of a plug-in.
    public var origin: String

    /// Describes a format; the defaults are those of one file that carries everything.
    public init(
        summary: String = "", elementTypes: Set<ElementType> = Set(ElementType.allCases), compressions: [String] = [],
        writes: Bool = true, isFolder: Bool = false, splitsIntoShards: Bool = false, sidecarSuffix: String? = nil,
        keepsMetadata: Bool = true, holdsOneTensor: Bool = false, origin: String = "built in"
    ) {
        self.summary = summary
        self.elementTypes = elementTypes
        self.compressions = compressions
        self.writes = writes
        self.isFolder = isFolder
        self.splitsIntoShards = splitsIntoShards
        self.sidecarSuffix = sidecarSuffix
        self.keepsMetadata = keepsMetadata
        self.holdsOneTensor = holdsOneTensor
        self.origin = origin
    }
}
