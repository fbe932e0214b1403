internal import Dispatch
internal import Glibc
internal import Synchronization
internal import TensorIO

/// Cuts contents into frames, compresses several at once, and writes them in order. Together they are what `zstd -d` unpacks.
struct ZstdFrameWriter {
    private let level: Int
    private var pending: [UInt8] = []
    private let batchSize: Int

    init(level: Int) {
        self.level = level
        batchSize = Zstd.frameSize * 4 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        pending.reserveCapacity(batchSize)
    }

    /// Takes in `bytes`.
    mutating func append(_ bytes: RawSpan, to file: inout StagedFile) throws(FormatError) {
        var start = 0
        while start < bytes.byteCount {
            let end = min(bytes.byteCount, start + batchSize - pending.count)
            unsafe bytes.extracting(start..<end).withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
            if pending.count == batchSize { try flush(&file) }
            start = end
        }
    }

    /// Writes what is left; contents of no bytes are one empty frame.
    mutating func finish(_ file: inout StagedFile) throws(FormatError) {
        if !pending.isEmpty || file.byteCount == 0 { try flush(&file) }
    }

    private mutating func flush(_ file: inout StagedFile) throws(FormatError) {
        let count = max(1, (pending.count + Zstd.frameSize - 1) / Zstd.frameSize)
        let (level, contents) = (level, pending)
        let frames = Mutex<[Result<[UInt8], FormatError>?]>(Array(repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let start = index * Zstd.frameSize
            let part = unsafe contents.span.bytes.extracting(start..<min(contents.count, start + Zstd.frameSize))
            let frame: Result<[UInt8], FormatError>
            do throws(FormatError) {
                frame = .success(try Zstd.frame(of: part, level: level))
            } catch {
                frame = .failure(error)
            }
            frames.withLock { $0[index] = frame }
        }
        for frame in frames.withLock({ $0 }) {
            if let frame { try file.append(frame.get()) }
        }
        pending.removeAll(keepingCapacity: true)
    }
}
