private import Glibc
private import Synchronization
public import SystemPackage

/// A file mapped into memory for reading. Pages come in as they are touched; nothing is copied, but for files of a
/// page or less, which are read at once: the system maps only so many files.
///
/// The file must not shrink while it is mapped: the system then ends the process on access.
public final class MappedFile: Sendable {
    /// Where the file is.
    public let path: FilePath
    /// Its size when it was mapped.
    public let byteCount: Int
    /// Whose the file is that was mapped.
    package let ownership: FileOwnership
    private let address: UInt
    package let identity: FileIdentity
    /// Whether the file is mapped; otherwise its bytes were read.
    package let isMapped: Bool
    /// The descriptor of the file opened again for `copy`, at its first call; before that `notReopened`, and `failed`
    /// where it is another file.
    private let reopened: Atomic<CInt>
    private static let notReopened: CInt = -2
    private static let failed: CInt = -1
    /// How many descriptors mapped files keep, and how many they may: a process needs some for all else it does.
    private static let keptCount = Atomic<Int>(0)
    private static let mostKept = min(1024, OpenFileLimit.current / 4)
    /// Up to this length a file is read rather than mapped.
    private static let readSize = 4096
    /// About how many bytes have become resident through `lend` since the whole mapping was last given back.
    private let lent = Atomic<Int>(0)

    /// The longest span that `lend` hands out: one that stays in the processor's caches on its way through.
    public static let chunkSize = 1 << 20
    /// How many bytes `lend` lets become resident before it gives all pages back.
    private static let residentSize = 128 << 20
    /// Up to this length bytes are copied rather than mapped.
    private static let copiedSize = 32 << 10
    /// From this length on it pays to ask for the pages of a span before they are touched.
    private static let populatedSize = 256 << 10
    /// MADV_POPULATE_READ, which older headers lack.
    private static let populateRead: Int32 = 22
    /// What a short span may make resident: the kernel maps the neighbours of a page with it, since Linux 6.18 as many
    /// as a large page holds.
    private static let neighbourhood = 2 << 20
    /// Which neighbourhood was touched last.
    private let lastTouched = Atomic<Int>(-1)

    /// Maps the file at `path`.
    ///
    /// What is no regular file is refused before it is opened: a pipe would be waited for, a device does who knows
    /// what.
    ///
    /// - Throws: `FormatError` where there is no such file, it is not a regular file, or it cannot be mapped.
    public convenience init(_ path: FilePath) throws(FormatError) {
        var status = stat()
        guard unsafe stat(path.string, &status) == 0 else { throw .system(Errno(rawValue: errno), "open", path) }
        try MappedFile.refuseIrregular(status, path)
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw .system((error as? Errno) ?? .ioError, "open", path)
        }
        defer { try? descriptor.close() }
        try self.init(descriptor, path, keepsDescriptor: false)
    }

    /// Maps the open file `descriptor`.
    ///
    /// - Parameter path: where it is; for a file without a name its folder, which errors then name.
    /// - Parameter keepsDescriptor: whether `copy` uses a duplicate of `descriptor`, as it must where there is no name.
    /// - Throws: `FormatError` where it is not a regular file, or cannot be mapped.
    init(_ descriptor: FileDescriptor, _ path: FilePath, keepsDescriptor: Bool) throws(FormatError) {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else {
            throw .system(Errno(rawValue: errno), "examine", path)
        }
        try MappedFile.refuseIrregular(status, path)
        ownership = FileOwnership(owner: status.st_uid, permissions: UInt32(status.st_mode & 0o7777))
        let byteCount = Int(status.st_size)
        var address: UInt = 0
        let isMapped = byteCount > MappedFile.readSize
        if byteCount > 0, !isMapped {
            address = try MappedFile.read(descriptor, byteCount, path)
        } else if byteCount > 0 {
            let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor.rawValue, 0)
            guard let start = unsafe start, unsafe start != MAP_FAILED else {
                throw .mapping(Errno(rawValue: errno), path)
            }
            address = UInt(bitPattern: start)
        }
        self.path = path
        self.byteCount = byteCount
        self.address = address
        self.isMapped = isMapped
        identity = FileIdentity(status)
        let kept = keepsDescriptor && isMapped ? try? descriptor.duplicate() : nil
        if kept != nil { MappedFile.keptCount.add(1, ordering: .relaxed) }
        reopened = Atomic(kept?.rawValue ?? (keepsDescriptor ? MappedFile.failed : MappedFile.notReopened))
    }

    /// Reads the file from its beginning into memory of its own, and says where that is.
    private static func read(
        _ descriptor: FileDescriptor, _ byteCount: Int, _ path: FilePath
    ) throws(FormatError) -> UInt {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        guard unsafe read(0..<byteCount, of: descriptor, to: memory) else {
            unsafe memory.deallocate()
            throw FormatError(.system, "became shorter while it was opened; run again", path: path)
        }
        return UInt(bitPattern: memory.baseAddress)
    }

    deinit {
        if let start = unsafe UnsafeMutableRawPointer(bitPattern: address) {
            if isMapped { unsafe munmap(start, byteCount) } else { unsafe start.deallocate() }
        }
        let descriptor = reopened.load(ordering: .acquiring)
        if descriptor >= 0 {
            try? FileDescriptor(rawValue: descriptor).close()
            MappedFile.keptCount.subtract(1, ordering: .relaxed)
        }
    }

    /// Lends all bytes to `body`.
    ///
    /// - Throws: what `body` throws.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = unsafe UnsafeRawPointer(bitPattern: address)
        return try body(unsafe UnsafeRawBufferPointer(start: start, count: byteCount).bytes)
    }

    /// Lends the bytes `range` to `body`, in order, in spans of at most `chunkSize`; all but the last are exactly that
    /// long.
    ///
    /// Pages are given back as they are used up, so that a file of any size takes a bounded share of memory. They stay
    /// in the system's cache; reading them again is cheap. A few bytes are copied.
    ///
    /// - Throws: what `body` throws.
    public func lend<Failure: Error>(
        _ range: Range<Int>, to body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "\(range) is outside of the file")
        if range.count <= MappedFile.copiedSize { return try lendCopy(of: range, to: body) }
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

    private func lendCopy<Failure: Error>(
        of range: Range<Int>, to body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        guard !range.isEmpty else { return }
        var failure: Failure?
        // Aligned as any element is.
        unsafe withUnsafeTemporaryAllocation(byteCount: range.count, alignment: 16) { buffer in
            unsafe copy(range, to: buffer)
            do throws(Failure) { try body(unsafe UnsafeRawBufferPointer(buffer).bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Copies the bytes `range` to `destination`, which has as many, without making a page resident: for many small
    /// parts, here and there, of a large file. To map one maps its neighbours with it, which takes longer.
    public func copy(_ range: Range<Int>, to destination: UnsafeMutableRawBufferPointer) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "\(range) is outside of the file")
        precondition(destination.count == range.count, "\(destination.count) bytes for \(range.count)")
        guard let descriptor = openDescriptor(), unsafe MappedFile.read(range, of: descriptor, to: destination) else {
            // The mapping still has what another file has replaced since.
            return withBytes { bytes in
                unsafe bytes.extracting(range).withUnsafeBytes { unsafe destination.copyMemory(from: $0) }
            }
        }
    }

    private static func read(
        _ range: Range<Int>, of descriptor: FileDescriptor, to destination: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var done = 0
        while done < range.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: destination[done...])
            let offset = Int64(range.lowerBound + done)
            guard let count = try? unsafe descriptor.read(fromAbsoluteOffset: offset, into: rest), count > 0 else {
                return false
            }
            done += count
        }
        return true
    }

    /// The descriptor of the file that is mapped, opened at the first call; of thousands of shards few are read in
    /// small parts.
    ///
    /// Nil where another file has taken the name, where mapped files keep as many descriptors as they may, and for a
    /// file that was read.
    func openDescriptor() -> FileDescriptor? {
        guard isMapped else { return nil }
        var descriptor = reopened.load(ordering: .acquiring)
        if descriptor == MappedFile.notReopened {
            let count = MappedFile.keptCount.add(1, ordering: .relaxed).newValue
            let new = count > MappedFile.mostKept ? nil : reopen()?.rawValue ?? MappedFile.failed
            guard let new else {
                MappedFile.keptCount.subtract(1, ordering: .relaxed)
                return nil
            }
            let outcome = reopened.compareExchange(
                expected: MappedFile.notReopened, desired: new, ordering: .acquiringAndReleasing)
            descriptor = outcome.exchanged ? new : outcome.original
            // Another thread came first.
            if !outcome.exchanged, new >= 0 { try? FileDescriptor(rawValue: new).close() }
            if !outcome.exchanged || new < 0 { MappedFile.keptCount.subtract(1, ordering: .relaxed) }
        }
        return descriptor >= 0 ? FileDescriptor(rawValue: descriptor) : nil
    }

    /// Brings in the pages of `range` at one go, where the system knows how (Linux 5.14): cheaper than a fault for
    /// every few.
    private func populate(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lower = range.lowerBound / page * page
        guard isMapped, let start = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
        _ = unsafe madvise(start + lower, range.upperBound - lower, MappedFile.populateRead)
    }

    /// Gives the pages of `range` back to the system; they come again from the file when touched.
    public func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lower = (range.lowerBound + page - 1) / page * page
        let upper = range.upperBound == byteCount ? byteCount : range.upperBound / page * page
        guard isMapped, lower < upper, let start = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
        _ = unsafe madvise(start + lower, upper - lower, MADV_DONTNEED)
    }
}
