internal import Glibc

/// A file mapped into memory for reading.
package final class InputFile: Sendable {
    /// Its size when it was mapped.
    package let byteCount: Int
    private let address: UInt
    /// The file that this is a part of, which keeps the mapping; nil for a whole one.
    private let whole: InputFile?

    /// Maps the file at `path`.
    package init(_ path: FilePlace) throws(Refusal) {
        let descriptor = unsafe path.withCString { path in unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw .system("open") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .system("examine") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Refusal(.system, "is not a regular file") }
        whole = nil
        byteCount = Int(status.st_size)
        guard byteCount > 0 else {
            address = 0
            return
        }
        let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else { throw .system("map") }
        address = UInt(bitPattern: start)
    }

    /// The bytes `range` of `whole`, as if they were a file; they must be inside of it.
    package init(_ range: Range<Int>, of whole: InputFile) {
        self.whole = whole
        byteCount = range.count
        address = whole.address + UInt(range.lowerBound)
    }

    deinit {
        guard whole == nil else { return }
        if let start = unsafe UnsafeMutableRawPointer(bitPattern: address) { unsafe munmap(start, byteCount) }
    }

    /// Lends all bytes to `body`.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: byteCount))
    }

    /// A copy of the bytes `range`, which must be inside of the file.
    package func copy(_ range: Range<Int>) -> [UInt8] {
        unsafe withBytes { bytes in unsafe Array(bytes[range]) }
    }

    /// The byte at `place`, which must be inside of the file.
    package subscript(place: Int) -> UInt8 {
        unsafe withBytes { bytes in unsafe bytes[place] }
    }

    /// Has the system read what lies some megabytes behind the bytes `range`, while these are used; at the beginning of
    /// something (`isFirst`) all up to there.
    package func prefetch(after range: Range<Int>, isFirst: Bool) {
        let distance = 1 << 23
        let first = isFirst ? range.lowerBound : range.upperBound + distance - range.count
        advise(min(first, byteCount), min(range.upperBound + distance, byteCount), MADV_WILLNEED)
    }

    /// Brings in the pages of `range` at one go, where the system knows how (Linux 5.14).
    package func populate(_ range: Range<Int>) {
        // MADV_POPULATE_READ, which older headers lack.
        if range.count >= 1 << 16 { advise(range.lowerBound, range.upperBound, 22) }
    }

    /// Gives the pages of the bytes `range` back to the system, and those that came with them: the kernel maps the
    /// neighbours of a page that is touched. They come again from the file when touched.
    package func release(_ range: Range<Int>) {
        let neighbourhood = 1 << 21
        let end = range.upperBound + neighbourhood - range.upperBound % neighbourhood
        advise(range.lowerBound / neighbourhood * neighbourhood, min(end, byteCount), MADV_DONTNEED)
    }

    /// Says what is to become of the pages of the bytes from `first` to `end`, which are inside of the file.
    private func advise(_ first: Int, _ end: Int, _ advice: Int32) {
        guard first < end, let start = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lower = first / page * page
        _ = unsafe madvise(start + lower, end - lower, advice)
    }

    /// Gives the pages that became resident back to the system; they come again from the file when touched.
    package func release() {
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
