internal import Parallel
internal import TensorIO

/// Compressed contents in a mapped file: any range of them is unpacked from the frames that hold it.
struct ZstdContents {
    private struct Frame: Sendable {
        let packed: Range<Int>
        let contents: Range<Int>
    }

    /// A frame on its way from the file to whoever reads.
    private struct Piece: Sendable {
        var frame = Frame(packed: 0..<0, contents: 0..<0)
        var contents: [UInt8] = []
        let zstd = Zstd()
    }

    private let file: MappedFile
    private let place: Range<Int>
    private let byteCount: Int
    /// The frames, or none where they are too large or do not say their size: then they are unpacked from the start.
    private let frames: [Frame]

    /// The largest frame that is unpacked at once.
    private static let largestFrame = 64 << 20

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
                if let contents, contents / Zstd.largestRatio > size {
                    throw FormatError(
                        .invalidHeader,
                        "has a frame of \(size) bytes that says it unpacks to \(contents), which it cannot",
                        byteOffset: start)
                }
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
            guard areIndexed ? unpacked == byteCount : byteCount / Zstd.largestRatio <= place.count else {
                throw FormatError(.invalidHeader, "unpacks to \(unpacked) bytes where \(byteCount) are expected")
            }
            return areIndexed ? frames : []
        }
    }

    /// Whether frames are unpacked side by side.
    var isInFrames: Bool {
        frames.count > 1
    }

    /// Lends the bytes `range` of the contents, which are unpacked on `workers`.
    func read(
        _ range: Range<Int>, on workers: Workers, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard !range.isEmpty else { return }
        guard !frames.isEmpty else { return try stream(range, body) }
        let wanted = frames.filter { $0.contents.overlaps(range) }
        let largest = wanted.map(\.contents.count).max() ?? 0
        let file = file
        let work = OrderedWork(
            on: workers, limit: OrderedWork<Piece>.limit(byteCount: largest, on: workers), making: { Piece() },
            work: { (piece: inout Piece) throws(FormatError) in
                let frame = piece.frame
                try file.withBytes { (bytes: RawSpan) throws(FormatError) in
                    try piece.zstd.unpack(
                        bytes.extracting(frame.packed), byteCount: frame.contents.count, into: &piece.contents)
                }
            })
        var carry = SpanCarry()
        func take(_ piece: inout Piece) throws(FormatError) {
            let part = piece.frame.contents.clamped(to: range)
            let lower = part.lowerBound - piece.frame.contents.lowerBound
            try unsafe carry.lend(
                piece.contents.span.bytes.extracting(lower..<lower + part.count),
                isLast: part.upperBound == range.upperBound, body)
            // Packed bytes that were used up need not stay in memory.
            file.release(piece.frame.packed)
        }
        for frame in wanted {
            try work.prepare { $0.frame = frame }
            try work.submit(take)
        }
        try work.finish(take)
    }

    /// Unpacks from the start, and lends what is in `range`.
    private func stream(_ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        var stream = try ZstdStream()
        var (consumed, position) = (0, 0)
        var carry = SpanCarry()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while position < range.upperBound {
            let (count, used) = try file.withBytes { (bytes: RawSpan) throws(FormatError) in
                try stream.step(bytes.extracting(place.lowerBound + consumed..<place.upperBound), into: &buffer)
            }
            file.release(place.lowerBound + consumed..<place.lowerBound + consumed + used)
            consumed += used
            guard count > 0 || used > 0, position + count <= byteCount else {
                throw FormatError(.truncated, "its compressed contents end after \(position) of \(byteCount) bytes")
            }
            let part = (position..<position + count).clamped(to: range)
            if !part.isEmpty {
                try unsafe carry.lend(
                    buffer.span.bytes.extracting(part.lowerBound - position..<part.upperBound - position),
                    isLast: part.upperBound == range.upperBound, body)
            }
            position += count
        }
    }
}
