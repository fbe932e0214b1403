private import Glibc
package import SystemPackage
package import TensorIO

/// Copies files bit for bit.
package enum FileCopy {
    private static let pieceByteCount = 8 << 20

    /// Copies the file at `source` to the new file `destination`; a link is copied as the file it points to.
    package static func copy(_ source: FilePath, to destination: FilePath) throws(FormatError) {
        let file = try MappedFile(source)
        try StagedFile.write(destination, options: WriteOptions()) { (copy: inout StagedFile) throws(FormatError) in
            for start in stride(from: 0, to: file.byteCount, by: pieceByteCount) {
                let range = start..<min(start + pieceByteCount, file.byteCount)
                try file.withBytes { (bytes: RawSpan) throws(FormatError) in try copy.append(bytes.extracting(range)) }
                file.release(range)
            }
        }
    }

    /// Gives the file at `source` the second name `destination` where the file system can, and copies it otherwise.
    ///
    /// - Parameter followingLinks: whether the file that a symbolic link points to gets the second name; otherwise it is copied, for it
    ///   belongs to somebody else.
    package static func link(
        _ source: FilePath, to destination: FilePath, followingLinks: Bool
    ) throws(FormatError) {
        var status = stat()
        let isPlain = unsafe lstat(source.string, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        if isPlain || followingLinks,
            unsafe linkat(AT_FDCWD, source.string, AT_FDCWD, destination.string, AT_SYMLINK_FOLLOW) == 0
        {
            return
        }
        try copy(source, to: destination)
    }

    /// Gives what is at `source` the second name `destination`; a link stays a link.
    ///
    /// - Returns: false where there are no second names, for the file system or for this file.
    package static func linkAsItIs(_ source: FilePath, at destination: FilePath) throws(FormatError) -> Bool {
        guard unsafe linkat(AT_FDCWD, source.string, AT_FDCWD, destination.string, 0) != 0 else { return true }
        let failure = Errno(rawValue: errno)
        guard ![.noSpace, .ioError, .noSuchFileOrDirectory, .fileExists].contains(failure) else {
            throw FormatError.system(failure, "give another name to", source)
        }
        return false
    }

    /// Makes anew what is at `source`, with its permissions, owner and times; a link stays a link.
    package static func copyAsItIs(_ source: FilePath, to destination: FilePath) throws {
        if let link = FolderTree.link(at: source) {
            guard unsafe symlink(link, destination.string) == 0 else {
                throw FormatError.system(Errno(rawValue: errno), "make a link", destination)
            }
        } else {
            try copy(source, to: destination)
            try FolderAttributes.copy(from: source, to: destination)
        }
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
