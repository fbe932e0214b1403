internal import CZstd
internal import Dispatch
internal import Synchronization
internal import TensorIO

/// Compressed contents in a mapped file: any range of them is unpacked from the frames that hold it.
struct ZstdContents {
    private struct Frame {
        let packed: Range<Int>
        let contents: Range<Int>
    }

    private let file: MappedFile
    private let place: Range<Int>
    private let byteCount: Int
    /// The frames, or none where they are too large or do not say their size: then they are unpacked from the start.
    private let frames: [Frame]

    /// The largest frame that is unpacked at once.
    private static let largestFrame = 64 << 20
    private static let framesAtOnce = 8

    /// Finds the frames in the bytes `place` of `file`, whose contents must have `byteCount` bytes together.
    init(_ file: MappedFile, _ place: Range<Int>, byteCount: Int) throws(FormatError) {
        self.file = file
        self.place = place
        self.byteCount = byteCount
        frames = try file.withBytes { (bytes: RawSpan) throws(FormatError) in
            var frames: [Frame] = []
            var (start, unpacked, areIndexed) = (place.lowerBound, 0, true)
            while start < place.upperBound {
                let (size, contents) = try Zstd.measure(bytes.extracting(start..<place.upperBound))
                if let contents, contents <= ZstdContents.largestFrame, contents <= byteCount - unpacked {
                    frames.append(Frame(packed: start..<start + size, contents: unpacked..<unpacked + contents))
                    unpacked += contents
                } else if contents == nil || contents ?? 0 <= byteCount - unpacked {
                    areIndexed = false
                    unpacked += contents ?? 0
                } else {
                    throw FormatError(.invalidHeader, "unpacks to more than the \(byteCount) bytes it should have")
                }
                // To look at the heads of frames and blocks brings in the pages around them.
                file.release(start..<start + size)
                start += size
            }
            guard !areIndexed || unpacked == byteCount else {
                throw FormatError(.invalidHeader, "unpacks to \(unpacked) bytes where \(byteCount) are expected")
            }
            return areIndexed ? frames : []
        }
    }

    /// Lends the bytes `range` of the contents.
    func read(_ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        guard !range.isEmpty else { return }
        guard !frames.isEmpty else { return try stream(range, body) }
        let wanted = frames.filter { $0.contents.overlaps(range) }
        var start = 0
        while start < wanted.count {
            let batch = wanted[start..<min(wanted.count, start + ZstdContents.framesAtOnce)]
            let unpacked = Mutex<[Result<[UInt8], FormatError>?]>(Array(repeating: nil, count: batch.count))
            DispatchQueue.concurrentPerform(iterations: batch.count) { index in
                let contents = unpack(batch[batch.startIndex + index])
                unpacked.withLock { $0[index] = contents }
            }
            for (frame, contents) in zip(batch, unpacked.withLock { $0 }) {
                guard let bytes = try contents?.get() else { continue }
                let part = frame.contents.clamped(to: range)
                let lower = part.lowerBound - frame.contents.lowerBound
                try unsafe body(bytes.span.bytes.extracting(lower..<lower + part.count))
            }
            if let first = batch.first, let last = batch.last {
                // Packed bytes that were used up need not stay in memory.
                file.release(first.packed.lowerBound..<last.packed.upperBound)
            }
            start += batch.count
        }
    }

    private func unpack(_ frame: Frame) -> Result<[UInt8], FormatError> {
        do throws(FormatError) {
            return .success(
                try file.withBytes { (bytes: RawSpan) throws(FormatError) in
                    try Zstd.contents(of: bytes.extracting(frame.packed), byteCount: frame.contents.count)
                })
        } catch {
            return .failure(error)
        }
    }

    /// Unpacks from the start, and lends what is in `range`.
    private func stream(_ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        var stream = try ZstdStream()
        var (consumed, position) = (0, 0)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while position < range.upperBound {
            let (count, used) = try file.withBytes { (bytes: RawSpan) throws(FormatError) in
                try stream.step(bytes.extracting(place.lowerBound + consumed..<place.upperBound), into: &buffer)
            }
            file.release(place.lowerBound..<place.lowerBound + consumed)
            consumed += used
            guard count > 0 || used > 0, position + count <= byteCount else {
                throw FormatError(.truncated, "its compressed contents end after \(position) of \(byteCount) bytes")
            }
            let part = (position..<position + count).clamped(to: range)
            if !part.isEmpty {
                try unsafe body(
                    buffer.span.bytes.extracting(part.lowerBound - position..<part.upperBound - position))
            }
            position += count
        }
    }
}
