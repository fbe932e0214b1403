internal import CFocusPlugin
internal import Glibc

/// A file that is read at any place, by several threads at once. Closed when the last reference goes.
final class InputFile: Sendable {
    private let descriptor: Int32
    /// The size when it was opened.
    let byteCount: Int

    /// Opens the file at `path`.
    init(_ path: UnsafePointer<CChar>) throws(GGUFError) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("cannot be opened") }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = Glibc.close(descriptor)
            throw GGUFError(FOCUS_ERROR_UNRECOGNIZED, "is no file: give the path of a .gguf file")
        }
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    /// Opens the file whose path is `bytes`.
    convenience init(_ bytes: [UInt8]) throws(GGUFError) {
        let text = bytes.map(CChar.init(bitPattern:)) + [0]
        try unsafe self.init(text)
    }

    deinit {
        _ = Glibc.close(descriptor)
    }

    /// The `count` bytes from `offset` on.
    func bytes(at offset: Int, _ count: Int) throws(GGUFError) -> [UInt8] {
        var failure: GGUFError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let step = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
                if step < 0 && errno == EINTR { continue }
                guard step > 0 else {
                    failure = step < 0 ? .system("cannot be read") : InputFile.shrunk(offset + filled)
                    return
                }
                filled += step
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func shrunk(_ offset: Int) -> GGUFError {
        GGUFError(
            FOCUS_ERROR_TRUNCATED, "became shorter while it was read: read it when it is whole", byteOffset: offset)
    }
}

extension GGUFError {
    /// The operating system refused; says what it says.
    static func system(_ what: String) -> GGUFError {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "unknown error"
        return GGUFError(FOCUS_ERROR_SYSTEM, "\(what): \(reason)")
    }
}
