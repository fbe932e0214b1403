private import Glibc
private import Synchronization
public import SystemPackage

/// A file mapped into memory for reading. Pages come in as they are touched; nothing is copied.
///
/// The file must not shrink while it is mapped: the system then ends the process on access.
public final class MappedFile: Sendable {
    /// Where the file is.
    public let path: FilePath
    /// Its size when it was mapped.
    public let byteCount: Int
    private let address: UInt
    /// About how many bytes have become resident through `lend` since the whole mapping was last given back.
    private let lent = Atomic<Int>(0)

    /// The longest span that `lend` hands out: one that stays in the processor's caches on its way through.
    public static let chunkSize = 1 << 20
    /// How many bytes `lend` lets become resident before it gives all pages back.
    private static let residentSize = 128 << 20
    /// From this length on it pays to ask for the pages of a span before they are touched.
    private static let populatedSize = 256 << 10
    /// MADV_POPULATE_READ, which older headers lack.
    private static let populateRead: Int32 = 22
    /// What a lookup of a few bytes may make resident: the kernel maps the neighbours of a page with it, since Linux 6.18 as many
    /// as a large page holds.
    private static let neighbourhood = 2 << 20
    /// Which neighbourhood was touched last.
    private let lastTouched = Atomic<Int>(-1)

    /// Maps the file at `path`.
    public init(_ path: FilePath) throws(FormatError) {
        let descriptor: FileDescriptor
        do {
            // Whoever opens a pipe that nobody writes to would wait for ever.
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw .system((error as? Errno) ?? .ioError, "open", path)
        }
        defer { try? descriptor.close() }
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else {
            throw .system(Errno(rawValue: errno), "examine", path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FormatError(
                .system, status.st_mode & S_IFMT == S_IFDIR ? "is a folder, not a file" : "is not a regular file",
                path: path)
        }
        let byteCount = Int(status.st_size)
        var address: UInt = 0
        if byteCount > 0 {
            let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor.rawValue, 0)
            guard let start = unsafe start, unsafe start != MAP_FAILED else {
                throw .system(Errno(rawValue: errno), "map", path)
            }
            address = UInt(bitPattern: start)
        }
        self.path = path
        self.byteCount = byteCount
        self.address = address
    }

    deinit {
        if let start = unsafe UnsafeMutableRawPointer(bitPattern: address) { unsafe munmap(start, byteCount) }
    }

    /// Whether there is something at `path`, be it a link that leads nowhere.
    public static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe lstat(path.string, &status) == 0
    }

    /// Whether there is a folder at `path`, or a link to one.
    public static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Lends all bytes to `body`.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = unsafe UnsafeRawPointer(bitPattern: address)
        return try body(unsafe UnsafeRawBufferPointer(start: start, count: byteCount).bytes)
    }

    /// Lends the bytes `range` to `body`, in order, in spans of at most `chunkSize`; all but the last are exactly that long.
    ///
    /// Pages are given back as they are used up, so that a file of any size takes a bounded share of memory. They stay in
    /// the system's cache; reading them again is cheap.
    public func lend<Failure: Error>(
        _ range: Range<Int>, to body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "\(range) is outside of the file")
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + MappedFile.chunkSize)
            let place = start / MappedFile.neighbourhood
            let isNear = lastTouched.exchange(place, ordering: .relaxed) == place
            let count = end - start + (isNear ? 0 : MappedFile.neighbourhood)
            if lent.add(count, ordering: .relaxed).newValue > MappedFile.residentSize {
                lent.store(count, ordering: .relaxed)
                release(0..<byteCount)
            }
            if end - start >= MappedFile.populatedSize { populate(start..<end) }
            try withBytes { (bytes: RawSpan) throws(Failure) in try body(bytes.extracting(start..<end)) }
            if end - start == MappedFile.chunkSize { release(start..<end) }
            start = end
        }
    }

    /// Brings in the pages of `range` at one go, where the system knows how (Linux 5.14): cheaper than a fault for every few.
    private func populate(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lower = range.lowerBound / page * page
        guard let start = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
        _ = unsafe madvise(start + lower, range.upperBound - lower, MappedFile.populateRead)
    }

    /// Gives the pages of `range` back to the system; they come again from the file when touched.
    public func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lower = (range.lowerBound + page - 1) / page * page
        let upper = range.upperBound == byteCount ? byteCount : range.upperBound / page * page
        guard lower < upper, let start = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
        _ = unsafe madvise(start + lower, upper - lower, MADV_DONTNEED)
    }

    /// Throws where the file is the pointer that Git LFS leaves in place of a file.
    public func refuseGitLFSPointer() throws(FormatError) {
        let mark = Array("version https://git-lfs.github.com/spec/".utf8)
        let isPointer = withBytes { bytes in
            bytes.byteCount >= mark.count && mark.indices.allSatisfy { bytes.byte(at: $0) == mark[$0] }
        }
        guard !isPointer else {
            throw FormatError(.unrecognized, "is a Git LFS pointer, not the file: run git lfs pull", path: path)
        }
    }
}
