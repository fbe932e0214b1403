internal import Glibc

/// A file mapped into memory for reading.
final class InputFile: Sendable {
    /// Its size when it was mapped.
    let byteCount: Int
    private let address: UInt

    /// Maps the file at `path`.
    init(_ path: FilePlace) throws(Refusal) {
        let descriptor = unsafe path.withCString { path in unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw .system("open") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .system("examine") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Refusal(.system, "is not a regular file") }
        byteCount = Int(status.st_size)
        guard byteCount > 0 else {
            address = 0
            return
        }
        let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else { throw .system("map") }
        address = UInt(bitPattern: start)
    }

    deinit {
        if let start = unsafe UnsafeMutableRawPointer(bitPattern: address) { unsafe munmap(start, byteCount) }
    }

    /// Lends all bytes to `body`.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: byteCount))
    }

    /// A copy of the bytes `range`, which must be inside of the file.
    func copy(_ range: Range<Int>) -> [UInt8] {
        unsafe withBytes { bytes in unsafe Array(bytes[range]) }
    }

    /// Gives the pages that became resident back to the system; they come again from the file when touched.
    func release() {
        if let start = unsafe UnsafeMutableRawPointer(bitPattern: address) {
            _ = unsafe madvise(start, byteCount, MADV_DONTNEED)
        }
    }
}

extension Refusal {
    /// The operating system refused to do what `verb` says, and why.
    fileprivate static func system(_ verb: String) -> Refusal {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "unknown"
        return Refusal(.system, "cannot \(verb) it: \(reason)")
    }
}
