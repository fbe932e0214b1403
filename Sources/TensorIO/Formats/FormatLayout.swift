/// How tensors of a format lie on disk.
public enum FormatLayout: Sendable, Hashable {
    /// Any number of tensors, with their names, in one file.
    case file
    /// One tensor in a file, without its name.
    case oneTensor
    /// Any number of tensors, with their names, in a folder: the path to write is that of the folder. A single file of
    /// such a format may need another beside it, whose name is its own and `sidecar`.
    case folder(sidecar: String? = nil)
    /// As `file`, or spread over several files of a given size, with an index whose name ends in `index`; its path
    /// opens all of them.
    case shards(index: String)
}
