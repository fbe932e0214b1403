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
    /// How tensors lie on disk.
    public var layout: FormatLayout
    /// Whether there is a place for metadata.
    public var keepsMetadata: Bool
    /// Where the format comes from: this package, or the file of a plug-in.
    public var origin: String

    /// Describes a format; the defaults are those of one file that carries everything.
    public init(
        summary: String = "", elementTypes: Set<ElementType> = Set(ElementType.allCases), compressions: [String] = [],
        writes: Bool = true, layout: FormatLayout = .file, keepsMetadata: Bool = true, origin: String = "built in"
    ) {
        self.summary = summary
        self.elementTypes = elementTypes
        self.compressions = compressions
        self.writes = writes
        self.layout = layout
        self.keepsMetadata = keepsMetadata
        self.origin = origin
    }
}

extension FormatTraits {
    /// Whether several tensors, with their names, lie in a folder.
    public var isFolder: Bool {
        if case .folder = layout { true } else { false }
    }

    /// What the name of an index of shards ends in; nil where there are no shards.
    public var indexEnding: String? {
        if case .shards(let ending) = layout { ending } else { nil }
    }

    /// What is appended to a file's name for the file beside it that a single file may need; nil where there is none.
    public var sidecarSuffix: String? {
        if case .folder(let suffix) = layout { suffix } else { nil }
    }

    /// Whether a file is one tensor, and does not keep its name.
    public var holdsOneTensor: Bool {
        layout == .oneTensor
    }
}
