private import CSystemShims
private import Glibc
package import SystemPackage

/// A file that has no name, so that nothing is left of it, however the process ends.
package struct TemporaryFile: ~Copyable {
    private var writer: BufferedWriter
    private let folder: FilePath

    /// Makes an empty file in `folder`.
    ///
    /// - Throws: `FormatError` where no file can be made there.
    package init(in folder: FilePath) throws(FormatError) {
        self.folder = folder
        writer = BufferedWriter(
            try TemporaryFile.open(in: folder), folder, action: "write to a temporary file there")
    }

    /// An empty file in `folder` that has no name, for those who write it in any order and close it.
    ///
    /// - Throws: `FormatError` where no file can be made there.
    package static func open(in folder: FilePath) throws(FormatError) -> FileDescriptor {
        let descriptor = unsafe focus_open_nameless(folder.isEmpty ? "." : folder.string)
        if descriptor >= 0 { return FileDescriptor(rawValue: descriptor) }
        // File systems that know no nameless files (NFS, some of FUSE) keep an open one whose name is taken away.
        let named = folder.appending(".focus-\(getpid())-\(UInt64.random(in: 0 ... .max)).partial")
        do {
            let file = try FileDescriptor.open(
                named, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
            unsafe unlink(named.string)
            return file
        } catch {
            throw .system((error as? Errno) ?? .ioError, "make a temporary file there", folder)
        }
    }

    /// Appends `bytes`.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    package mutating func append(_ bytes: RawSpan) throws(FormatError) {
        try writer.append(bytes)
    }

    /// What was appended so far, to be read from any thread, and for as long as somebody keeps it.
    ///
    /// - Throws: `FormatError` where the rest of it cannot be written, or the file cannot be mapped.
    package mutating func contents() throws(FormatError) -> MappedFile {
        try writer.flush()
        return try MappedFile(writer.descriptor, folder, keepsDescriptor: true)
    }
}
