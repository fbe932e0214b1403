internal import CFocusPlugin
internal import Glibc

/// A file that is written from its beginning to its end. Closed when the last reference goes.
final class OutputFile {
    private let descriptor: Int32
    /// How many bytes have been written.
    private(set) var byteCount = 0
    /// Why the last bytes were not written.
    private(set) var failure: GGUFError?

    /// Makes a new file at `path`.
    init(_ path: UnsafePointer<CChar>) throws(GGUFError) {
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("cannot be made") }
    }

    deinit {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    /// Appends `bytes`; says whether it could, and keeps why not.
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            let step = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            if step < 0 && errno == EINTR { continue }
            guard step >= 0 else {
                failure = .system("cannot be written")
                return false
            }
            byteCount += step
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[step...])
        }
        return true
    }

    /// Appends `bytes`.
    func append(_ bytes: [UInt8]) throws(GGUFError) {
        guard unsafe bytes.withUnsafeBytes({ unsafe append($0) }) else { throw failure ?? .system("cannot be written") }
    }
}
