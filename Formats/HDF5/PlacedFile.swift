internal import SystemPackage
internal import TensorIO

/// A file of someone else's layout, written at given places.
struct PlacedFile: ~Copyable {
    private let path: FilePath
    private let descriptor: FileDescriptor
    private var position = 0
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 20

    init(_ path: FilePath) throws(FormatError) {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
        } catch {
            throw .system((error as? Errno) ?? .ioError, "open", path)
        }
    }

    deinit {
        try? descriptor.close()
    }

    /// Goes to `offset`; what was appended must have been flushed.
    mutating func move(to offset: Int) {
        position = offset
    }

    /// Writes `bytes` and goes on behind them.
    mutating func append(_ bytes: RawSpan) throws(FormatError) {
        if bytes.byteCount < PlacedFile.bufferSize {
            unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
            if buffer.count >= PlacedFile.bufferSize { try flush() }
        } else {
            try flush()
            try write(bytes)
            position += bytes.byteCount
        }
    }

    /// Writes what is held in memory.
    mutating func flush() throws(FormatError) {
        guard !buffer.isEmpty else { return }
        try unsafe write(buffer.span.bytes)
        position += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: RawSpan) throws(FormatError) {
        do {
            let offset = Int64(position)
            _ = try unsafe bytes.withUnsafeBytes { try unsafe descriptor.writeAll(toAbsoluteOffset: offset, $0) }
        } catch {
            throw .system((error as? Errno) ?? .ioError, "write", path)
        }
    }
}
