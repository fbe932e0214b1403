private import Glibc
package import SystemPackage
package import TensorIO

/// Copies files bit for bit.
package enum FileCopy {
    /// Copies the file at `source` to the new file `destination`; a link is copied as the file it points to.
    ///
    /// - Returns: whether it was copied or cloned.
    /// - Throws: `FormatError` where the source cannot be read, the destination exists, or writing fails.
    @discardableResult
    package static func copy(_ source: FilePath, to destination: FilePath) throws(FormatError) -> FileTransfer {
        let file = try MappedFile(source)
        var isCloned = false
        try StagedFile.write(destination, options: WriteOptions()) { (copy: inout StagedFile) throws(FormatError) in
            isCloned = try copy.fill(from: file)
        }
        return isCloned ? .cloned : .copied
    }

    /// Gives the file at `source` the second name `destination` where the file system can, and copies it otherwise; of
    /// a link, the file that it points to.
    ///
    /// - Returns: how it came there.
    /// - Throws: `FormatError` where it can neither get the name nor be copied.
    package static func link(_ source: FilePath, to destination: FilePath) throws(FormatError) -> FileTransfer {
        if unsafe linkat(AT_FDCWD, source.string, AT_FDCWD, destination.string, AT_SYMLINK_FOLLOW) == 0 {
            return .linked
        }
        return try copy(source, to: destination)
    }

    /// Gives what is at `source` the second name `destination`; a link stays a link.
    ///
    /// - Returns: false where there are no second names, for the file system or for this file.
    /// - Throws: `FormatError` where the source is gone, the name is taken, or the disk is full or fails.
    package static func linkAsItIs(_ source: FilePath, at destination: FilePath) throws(FormatError) -> Bool {
        guard unsafe linkat(AT_FDCWD, source.string, AT_FDCWD, destination.string, 0) != 0 else { return true }
        let failure = Errno(rawValue: errno)
        guard ![.noSpace, .ioError, .noSuchFileOrDirectory, .fileExists].contains(failure) else {
            throw FormatError.system(failure, "give another name to", source)
        }
        return false
    }

    /// Makes anew what is at `source`, with its permissions, owner and times; a link stays a link.
    ///
    /// - Returns: whether it was copied or cloned.
    /// - Throws: `FormatError` where the source cannot be read, the destination exists, or writing fails.
    package static func copyAsItIs(_ source: FilePath, to destination: FilePath) throws -> FileTransfer {
        if let link = FolderTree.link(at: source) {
            guard unsafe symlink(link, destination.string) == 0 else {
                throw FormatError.system(Errno(rawValue: errno), "make a link", destination)
            }
            return .copied
        }
        let transfer = try copy(source, to: destination)
        try FolderAttributes.copy(from: source, to: destination)
        return transfer
    }

    /// Whether the file `source` could get a name in `folder`: whether both are on one file system.
    package static func canLink(_ source: FilePath, into folder: FilePath) -> Bool {
        guard let a = device(of: source), let b = device(of: folder) else { return false }
        return a == b
    }

    private static func device(of path: FilePath) -> dev_t? {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 ? status.st_dev : nil
    }
}
