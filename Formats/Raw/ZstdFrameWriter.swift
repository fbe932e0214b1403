internal import Parallel
internal import TensorIO

/// Cuts contents into frames, compresses several at once, and writes them in order. Together they are what `zstd -d`
/// unpacks.
struct ZstdFrameWriter {
    private struct Piece: Sendable {
        var contents: [UInt8] = []
        var frame: [UInt8] = []
        /// How many bytes of `frame` it is.
        var byteCount = 0
        let zstd = Zstd()
    }

    private let work: OrderedWork<Piece>
    /// How many bytes of the current frame there are, and whether there was one before.
    private var filled = 0
    private var isFirst = true

    init(level: Int, workers: Workers) {
        work = OrderedWork(
            on: workers, limit: OrderedWork<Piece>.limit(byteCount: 2 * Zstd.frameSize, on: workers),
            making: { Piece() },
            work: { (piece: inout Piece) throws(FormatError) in
                piece.byteCount = try piece.zstd.pack(piece.contents, level: level, into: &piece.frame)
            })
    }

    /// Takes in `bytes`.
    mutating func append(_ bytes: RawSpan, to file: inout StagedFile) throws(FormatError) {
        var start = 0
        while start < bytes.byteCount {
            let end = min(bytes.byteCount, start + Zstd.frameSize - filled)
            try fill(bytes.extracting(start..<end))
            if filled == Zstd.frameSize { try submit(&file) }
            start = end
        }
    }

    /// Writes what is left; contents of no bytes are one empty frame.
    mutating func finish(_ file: inout StagedFile) throws(FormatError) {
        if isFirst || filled > 0 {
            try fill(RawSpan())
            try submit(&file)
        }
        try work.finish { (piece: inout Piece) throws(FormatError) in try ZstdFrameWriter.write(piece, to: &file) }
    }

    private mutating func fill(_ bytes: RawSpan) throws(FormatError) {
        let isNew = filled == 0
        filled += bytes.byteCount
        try work.prepare { (piece: inout Piece) throws(FormatError) in
            if isNew { piece.contents.removeAll(keepingCapacity: true) }
            unsafe bytes.withUnsafeBytes { unsafe piece.contents.append(contentsOf: $0) }
        }
    }

    private mutating func submit(_ file: inout StagedFile) throws(FormatError) {
        try work.submit { (piece: inout Piece) throws(FormatError) in try ZstdFrameWriter.write(piece, to: &file) }
        (filled, isFirst) = (0, false)
    }

    private static func write(_ piece: Piece, to file: inout StagedFile) throws(FormatError) {
        try unsafe file.append(piece.frame.span.bytes.extracting(first: piece.byteCount))
    }
}
