private import Glibc
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// A folder for files that the work reads by name, which goes when nobody needs it any more.
final class ScratchFolder: Sendable {
    /// The folder.
    let path: FilePath
    /// The process that made it: in a child of fork it is still the parent's.
    private let owner = getpid()

    /// Makes an empty folder in `TMPDIR`, or `/tmp`.
    ///
    /// - Throws: `FormatError` where none can be made there.
    init() throws {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        let folder = FilePath(base.isEmpty ? "/tmp" : base)
        var name = Array(folder.appending("focus-XXXXXX").string.utf8CString)
        guard unsafe mkdtemp(&name) != nil else {
            throw FormatError.system(Errno(rawValue: errno), "make a temporary folder there", folder)
        }
        path = FilePath(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit {
        if getpid() == owner { FolderContents.remove(path) }
    }

    /// A new file in the folder.
    ///
    /// - Throws: `FormatError` where it cannot be made.
    func file(_ name: String) throws -> FileDescriptor {
        let path = path.appending(name)
        do {
            return try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        } catch {
            throw FormatError.system((error as? Errno) ?? .ioError, "make a temporary file there", path)
        }
    }

    /// Writes a whole file into the folder.
    ///
    /// - Throws: `FormatError` where it cannot be written.
    func write(_ bytes: [UInt8], to name: String) throws {
        let file = try file(name)
        defer { try? file.close() }
        try append(bytes, to: file)
    }

    /// Appends bytes to a file of the folder.
    ///
    /// - Throws: `FormatError` where they cannot be written.
    func append(_ bytes: [UInt8], to file: FileDescriptor) throws {
        do {
            try unsafe bytes.withUnsafeBytes { _ = try unsafe file.writeAll($0) }
        } catch {
            throw FormatError.system((error as? Errno) ?? .ioError, "write to a temporary file there", path)
        }
    }
}
