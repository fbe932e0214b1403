private import CSystemShims
private import Files
private import Glibc
public import SystemPackage

/// A file that is being written beside its final name, and gets that name when it is whole.
public struct StagedFile: ~Copyable {
    var writer: BufferedWriter
    private let temporary: FilePath
    private let path: FilePath

    private init(path: FilePath, permissions: UInt32) throws(FormatError) {
        let temporary = StagedFile.temporaryPath(beside: path)
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: FilePermissions(rawValue: permissions))
        } catch {
            throw .system((error as? Errno) ?? .ioError, "create a file", path)
        }
        // Ends with the process: whoever looks for files that nobody finishes any more tries it.
        _ = flock(descriptor.rawValue, LOCK_EX | LOCK_NB)
        writer = BufferedWriter(descriptor, path, startsWriteback: true)
        self.temporary = temporary
        self.path = path
    }

    /// How many bytes have been written.
    public var byteCount: Int {
        writer.position
    }

    /// A name in the same folder, hidden, that says what it is and is not in use by another process.
    package static func temporaryPath(beside path: FilePath) -> FilePath {
        let name = ".\(stem(path.lastComponent?.string ?? "file")).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
        return path.removingLastComponent().appending(name)
    }

    /// How many bytes of a name stand for it in the name of its temporary file: file names have at most 255 bytes.
    package static let longestStem = 200

    /// As much of `name` as stands for it in the name of its temporary file.
    package static func stem(_ name: String) -> String {
        String(decoding: name.utf8.prefix(longestStem), as: UTF8.self)
    }

    /// Calls `body` with a new file; when it returns, the file is forced to disk and named `path`; when it throws, the
    /// file is removed.
    ///
    /// - Parameter body: writes the contents.
    /// - Parameter options: whether it may replace a file, and is forced to disk.
    /// - Parameter path: the file to write.
    /// - Parameter permissions: those of the file, less what the umask takes away: by default 0o666.
    /// - Throws: `FormatError` with code `destinationExists` when there is a file of that name and `options` do not say
    ///   to replace it.
    public static func write(
        _ path: FilePath, options: WriteOptions, permissions: UInt32 = 0o666,
        _ body: (inout StagedFile) throws(FormatError) -> Void
    ) throws(FormatError) {
        try refuse(path, options)
        var file = try StagedFile(path: path, permissions: permissions)
        do throws(FormatError) {
            try body(&file)
            try file.commit(options)
        } catch {
            unsafe unlink(file.temporary.string)
            throw error.at(path)
        }
    }

    /// Throws where there is something at `path` that is not to be replaced; devices and pipes never are.
    private static func refuse(_ path: FilePath, _ options: WriteOptions) throws(FormatError) {
        guard MappedFile.nameExists(path) else { return }
        guard options.replacesExisting else { throw .destinationExists(path) }
        var status = stat()
        if unsafe stat(path.string, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw FormatError(.destinationExists, "is not a regular file, and is not replaced by one", path: path)
        }
    }

    /// Appends `bytes`.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    public mutating func append(_ bytes: RawSpan) throws(FormatError) {
        try writer.append(bytes)
    }

    /// Appends `bytes`.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    public mutating func append(_ bytes: [UInt8]) throws(FormatError) {
        try unsafe append(bytes.span.bytes)
    }

    /// Appends `count` zeros that take no room on the disk, where the file system can.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    public mutating func appendHole(_ count: Int) throws(FormatError) {
        guard count > 0 else { return }
        let end = byteCount + count
        try writer.move(to: end)
        do {
            try writer.descriptor.resize(to: Int64(end))
        } catch {
            throw .system((error as? Errno) ?? .ioError, "write", path)
        }
    }

    /// Appends the contents of `tensor`.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    public mutating func append(_ tensor: TensorDescriptor, from contents: TensorContents) throws(FormatError) {
        try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in try append(bytes) }
    }

    /// Writes `bytes` over what was appended at `offset`.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    public mutating func overwrite(at offset: Int, _ bytes: [UInt8]) throws(FormatError) {
        precondition(offset >= 0 && offset + bytes.count <= byteCount, "only what was appended can be overwritten")
        try writer.flush()
        try unsafe writer.write(bytes.span.bytes, at: offset)
    }

    private mutating func commit(_ options: WriteOptions) throws(FormatError) {
        try writer.flush()
        try StagedFile.commit(writer.descriptor, temporary, path, options)
    }

    /// Calls `body` with the name of a file that does not exist yet, for a library that makes it itself; otherwise as
    /// the other.
    ///
    /// - Throws: `FormatError` where `path` exists and may not be replaced, or the file cannot be forced to disk;
    ///   whatever `body` throws.
    public static func place(
        _ path: FilePath, options: WriteOptions, _ body: (FilePath) throws(FormatError) -> Void
    ) throws(FormatError) {
        try refuse(path, options)
        let temporary = temporaryPath(beside: path)
        do throws(FormatError) {
            try body(temporary)
            let descriptor: FileDescriptor
            do {
                descriptor = try FileDescriptor.open(temporary, .readOnly, options: .closeOnExec)
            } catch {
                throw .system((error as? Errno) ?? .ioError, "open", temporary)
            }
            defer { try? descriptor.close() }
            try commit(descriptor, temporary, path, options)
        } catch {
            remove(temporary)
            var error = error
            if error.path == temporary { error.path = path }
            throw error.at(path)
        }
    }

    private static func commit(
        _ descriptor: FileDescriptor, _ temporary: FilePath, _ path: FilePath, _ options: WriteOptions
    ) throws(FormatError) {
        if options.synchronizes, fsync(descriptor.rawValue) != 0 {
            throw .system(Errno(rawValue: errno), "force to disk", path)
        }
        if options.replacesExisting {
            guard unsafe rename(temporary.string, path.string) == 0 else {
                throw .system(Errno(rawValue: errno), "rename the finished file to", path)
            }
        } else {
            let failure = unsafe Errno(rawValue: focus_rename_exclusive(temporary.string, path.string))
            guard failure != .fileExists else { throw .destinationExists(path) }
            guard failure.rawValue == 0 else { throw .system(failure, "rename the finished file to", path) }
        }
        guard options.synchronizes else { return }
        do throws(FormatError) {
            try synchronizeFolder(path.removingLastComponent())
        } catch {
            // What took the place of another cannot be taken back.
            if !options.replacesExisting { remove(path) }
            throw error
        }
    }

    /// Removes the file at `path`, where there is one.
    public static func remove(_ path: FilePath) {
        unsafe unlink(path.string)
    }

    /// Forces the names in `folder` to disk, where the file system can.
    ///
    /// - Throws: `FormatError` where the disk fails, or the folder is gone.
    package static func synchronizeFolder(_ folder: FilePath) throws(FormatError) {
        do throws(Errno) {
            try FolderNames.synchronize(folder)
        } catch {
            throw .system(error, "force to disk", folder)
        }
    }
}

extension FormatError {
    /// The destination exists.
    public static func destinationExists(_ path: FilePath) -> FormatError {
        FormatError(
            .destinationExists, "exists already; choose another name, or pass --overwrite to replace it", path: path)
    }
}
