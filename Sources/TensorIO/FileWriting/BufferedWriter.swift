private import CSystemShims
package import SystemPackage

/// Writes bytes to an open file, one after another; small ones are gathered on the way.
package struct BufferedWriter: ~Copyable {
    /// The file, which is closed with this.
    let descriptor: FileDescriptor
    /// What errors say of the file: its name, and what was attempted.
    private let (path, action): (FilePath, String)
    /// The offset in the file of what comes next to the system.
    private var start = 0
    private var buffer: [UInt8] = []
    /// Up to which offset bytes are on their way to the disk; nil where nothing is sent there early.
    private var started: Int?

    /// Once so many bytes have gathered the disk is set to work, so that little is left to wait for in the end.
    static let writebackSize = 16 << 20
    /// Writes of at least this many bytes go straight to the file.
    private static let bufferSize = 1 << 20

    /// Writes to `descriptor` from the file's first byte on.
    ///
    /// - Parameters:
    ///   - path: what errors name.
    ///   - action: what errors say was attempted.
    ///   - startsWriteback: whether the disk is set to work before the end: for files that are forced to it.
    package init(
        _ descriptor: FileDescriptor, _ path: FilePath, action: String = "write", startsWriteback: Bool = false
    ) {
        self.descriptor = descriptor
        (self.path, self.action) = (path, action)
        started = startsWriteback ? 0 : nil
    }

    deinit {
        try? descriptor.close()
    }

    /// The offset in the file of the next byte.
    var position: Int {
        start + buffer.count
    }

    /// Writes `bytes` and goes on behind them.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    package mutating func append(_ bytes: RawSpan) throws(FormatError) {
        if bytes.byteCount < BufferedWriter.bufferSize {
            unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
            if buffer.count >= BufferedWriter.bufferSize { try flush() }
        } else {
            try flush()
            try pass(on: bytes)
        }
    }

    /// Passes on what is held in memory.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    package mutating func flush() throws(FormatError) {
        guard !buffer.isEmpty else { return }
        var full: [UInt8] = []
        swap(&full, &buffer)
        try unsafe pass(on: full.span.bytes)
        full.removeAll(keepingCapacity: true)
        buffer = full
    }

    /// Goes to `offset`.
    ///
    /// - Parameter isWritten: whether what lies before it is on its way to the disk already.
    /// - Throws: `FormatError` where what is held in memory cannot be written.
    package mutating func move(to offset: Int, isWritten: Bool = false) throws(FormatError) {
        try flush()
        start = offset
        if isWritten, started != nil { started = offset }
    }

    /// Writes `bytes` at `offset`, and does not move.
    ///
    /// - Throws: `FormatError` where writing fails, such as on a full disk.
    func write(_ bytes: RawSpan, at offset: Int) throws(FormatError) {
        do {
            _ = try unsafe bytes.withUnsafeBytes { try unsafe descriptor.writeAll(toAbsoluteOffset: Int64(offset), $0) }
        } catch {
            throw .system((error as? Errno) ?? .ioError, action, path)
        }
    }

    private mutating func pass(on bytes: RawSpan) throws(FormatError) {
        try write(bytes, at: start)
        start += bytes.byteCount
        if let started, start - started >= BufferedWriter.writebackSize {
            focus_start_writeback(descriptor.rawValue, Int64(started), Int64(start - started))
            self.started = start
        }
    }
}
