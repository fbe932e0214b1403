internal import SystemPackage

/// A file that is mapped whenever it is read, for readers of very many files: the system maps only so many at once.
package struct FileOnDemand: Sendable {
    private let path: FilePath
    private let identity: FileIdentity
    private let kept: MappedFile?

    /// Describes `file`.
    ///
    /// - Parameter keepsMapping: whether it stays mapped. A file that is in memory as a whole stays there anyway.
    package init(_ file: MappedFile, keepsMapping: Bool) {
        path = file.path
        identity = file.identity
        kept = keepsMapping || !file.isMapped ? file : nil
    }

    /// The file.
    ///
    /// - Throws: `FormatError` where it cannot be opened any more, or another has taken its name.
    package func opened() throws(FormatError) -> MappedFile {
        if let kept { return kept }
        let file = try MappedFile(path)
        guard file.identity == identity else {
            throw FormatError(.system, "was replaced while it was read; run again", path: path)
        }
        return file
    }
}
