internal import SystemPackage

/// The bytes of a file as they lie on disk, or of standard input, read in large chunks and handed out in small ones.
final class InputBytes {
    let path: FilePath
    private let descriptor: FileDescriptor
    private let closes: Bool
    private(set) var buffer: [UInt8]
    /// What has been read and not yet been taken.
    private(set) var available = 0..<0
    /// How many bytes have been taken.
    private(set) var consumed = 0

    /// How many bytes are still read; nil for all there are.
    private var left: Int?

    private static let bufferSize = 1 << 18

    /// Opens the file at `path`.
    ///
    /// - Parameters:
    ///   - start: the first byte that is read.
    ///   - count: how many are read at most; nil for all.
    init(_ path: FilePath, from start: Int = 0, count: Int? = nil) throws(CorpusError) {
        self.path = path
        left = count
        buffer = [UInt8](repeating: 0, count: InputBytes.bufferSize)
        closes = path != "-"
        guard closes else {
            descriptor = .standardInput
            return
        }
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            if start > 0 { try descriptor.seek(offset: Int64(start), from: .start) }
        } catch {
            throw .system((error as? Errno) ?? .ioError, "open", path)
        }
    }

    /// Reads until at least `count` bytes are available or the file ends; says whether any are.
    func fill(_ count: Int = 1) throws(CorpusError) -> Bool {
        while available.count < count {
            if available.lowerBound > 0 {
                for index in 0..<available.count { buffer[index] = buffer[available.lowerBound + index] }
                available = 0..<available.count
            }
            let read = try fetch(into: &buffer, from: available.upperBound)
            if read == 0 { break }
            available = available.lowerBound..<available.upperBound + read
        }
        return !available.isEmpty
    }

    /// Writes the next bytes over the first ones of `output`, without a detour through the buffer where that is empty.
    ///
    /// - Returns: how many; 0 where the file has ended.
    func read(into output: inout [UInt8]) throws(CorpusError) -> Int {
        guard !available.isEmpty else {
            let read = try fetch(into: &output, from: 0)
            consumed += read
            return read
        }
        let count = min(output.count, available.count)
        output.replaceSubrange(..<count, with: buffer[available.prefix(count)])
        take(count)
        return count
    }

    /// Reads from the file into `bytes`, behind the first `start` of them.
    private func fetch(into bytes: inout [UInt8], from start: Int) throws(CorpusError) -> Int {
        let end = start + min(bytes.count - start, left ?? .max)
        do {
            let read = try unsafe bytes.withUnsafeMutableBytes { bytes in
                try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<end]))
            }
            left = left.map { $0 - read }
            return read
        } catch {
            throw .system((error as? Errno) ?? .ioError, "read", path)
        }
    }

    /// Gives up the first `count` available bytes.
    func take(_ count: Int) {
        available = available.lowerBound + count..<available.upperBound
        consumed += count
    }

    /// Whether the available bytes begin with `mark`.
    func begins(with mark: some Collection<UInt8>) -> Bool {
        buffer[available].starts(with: mark)
    }

    deinit {
        if closes { try? descriptor.close() }
    }
}
