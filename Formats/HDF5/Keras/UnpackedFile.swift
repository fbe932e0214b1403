private import Glibc
internal import SystemPackage
internal import TensorIO
internal import ZipFiles

/// A member of an archive, unpacked into a file that has no name but while it is opened.
enum UnpackedFile {
    private static let pieceByteCount = 1 << 20

    /// Unpacks `member` in the folder that `TMPDIR` names, or in `/tmp`, and lends the file to `open`, under a name
    /// that it has for so long: libhdf5 opens no file without one.
    ///
    /// - Throws: `FormatError` where the member is damaged, or there is no room, and whatever `open` throws.
    static func lend<Result>(
        _ member: ZipArchive.Member, of archive: ZipArchive, to open: (FilePath) throws(FormatError) -> Result
    ) throws(FormatError) -> Result {
        let named = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        let folder = FilePath(named.isEmpty ? "/tmp" : named)
        let name = folder.appending(".focus-\(getpid())-\(UInt64.random(in: 0 ... .max)).h5")
        // Not TemporaryFile, to whose files no name can be given. (O_TMPFILE is no constant that Swift imports.)
        let nameless = unsafe Glibc.open(folder.string, O_RDWR | O_CLOEXEC | 0o20000000 | O_DIRECTORY, 0o600)
        let descriptor =
            nameless >= 0 ? nameless : unsafe Glibc.open(name.string, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw .system(Errno(rawValue: errno), "unpack a model; set TMPDIR to another folder, this is", folder)
        }
        defer { unsafe unlink(name.string) }
        var writer = BufferedWriter(
            FileDescriptor(rawValue: descriptor), folder, action: "unpack a model there; set TMPDIR to another folder")
        var start = 0
        while start < member.byteCount {
            var piece = [UInt8](repeating: 0, count: min(pieceByteCount, member.byteCount - start))
            try archive.read(member, from: start, into: &piece)
            try unsafe writer.append(piece.span.bytes)
            start += piece.count
        }
        try writer.flush()
        let own = "/proc/self/fd/\(descriptor)"
        let outcome = nameless < 0 ? 0 : unsafe linkat(AT_FDCWD, own, AT_FDCWD, name.string, AT_SYMLINK_FOLLOW)
        guard outcome == 0 else {
            throw .system(
                Errno(rawValue: errno), "name what was unpacked; set TMPDIR to another folder, this is", folder)
        }
        return try open(name)
    }
}
