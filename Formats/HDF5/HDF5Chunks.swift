internal import CHDF5
internal import Parallel
internal import TensorIO

/// Contents in chunks: the library says where they are in the file, and they are unpacked on several threads.
///
/// A band is all chunks that hold the same rows; whole bands are put together, some of them at once.
struct HDF5Chunks {
    let dataset: HDF5Dataset
    let grid: HDF5Grid
    let filters: [HDF5Filter]
    private let workers: Workers

    /// Bands of more bytes are left to the library, which takes longer but needs less memory.
    static let largestBand = 64 << 20
    /// Small bands are unpacked together, about this many bytes at a time.
    private static let bytesAtOnce = 2 << 20

    /// A chunk in the file.
    struct Place: Sendable {
        let bytes: Range<Int>
        /// A bit for each filter that was left out.
        let skipped: UInt32
        /// The place of the chunk's first element.
        let origin: [Int]
    }

    /// Some bands, on their way from the file to whoever reads.
    private struct Piece: Sendable {
        var rows = 0..<0
        var places: [Place] = []
        var output: [UInt8] = []
        var scratch = HDF5Scratch()
    }

    init(_ dataset: HDF5Dataset, chunk: [Int], filters: [HDF5Filter], workers: Workers) {
        self.workers = workers
        self.dataset = dataset
        self.filters = filters
        let tensor = dataset.tensor
        grid = HDF5Grid(shape: tensor.shape, chunk: chunk, width: tensor.elementType.bitWidth / 8)
    }

    /// Lends the bytes `range`, in order.
    func read(_ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let (rowSize, rowCount) = (grid.rowSize, grid.shape[0])
        let bandsAtOnce = max(1, HDF5Chunks.bytesAtOnce / grid.bandByteCount)
        let last = (range.upperBound - 1) / rowSize / grid.chunk[0]
        var rest = SpanCarry()
        let limit = OrderedWork<Piece>.limit(byteCount: 2 * bandsAtOnce * grid.bandByteCount, on: workers)
        let work = OrderedWork(on: workers, limit: limit, making: { Piece() }, work: unpack)
        func take(_ piece: inout Piece) throws(FormatError) {
            let all = piece.rows.lowerBound * rowSize..<piece.rows.upperBound * rowSize
            let wanted = all.clamped(to: range)
            let start = wanted.lowerBound - all.lowerBound
            try unsafe rest.lend(
                piece.output.span.bytes.extracting(start..<start + wanted.count),
                isLast: wanted.upperBound == range.upperBound, body)
            if let first = piece.places.first, let last = piece.places.last {
                // What was unpacked need not stay in memory.
                dataset.source.mapped.release(
                    first.bytes.lowerBound..<max(first.bytes.upperBound, last.bytes.upperBound))
            }
        }
        for band in stride(from: range.lowerBound / rowSize / grid.chunk[0], through: last, by: bandsAtOnce) {
            let bands = band..<min(last + 1, band + bandsAtOnce)
            let places = try places(of: bands)
            try work.prepare { piece in
                piece.rows = bands.lowerBound * grid.chunk[0]..<min(rowCount, bands.upperBound * grid.chunk[0])
                piece.places = places
            }
            try work.submit(take)
        }
        try work.finish(take)
    }

    /// Where the chunks of `bands` are.
    private func places(of bands: Range<Int>) throws(FormatError) -> [Place] {
        try HDF5Library.locked { () throws(FormatError) in
            var places: [Place] = []
            let set = try HDF5Library.handle(
                unsafe H5Dopen2(dataset.source.file.id, dataset.path, focus_h5_default()), "open the dataset", H5Dclose)
            for band in bands {
                var origin = [Int](repeating: 0, count: grid.shape.count)
                origin[0] = band * grid.chunk[0]
                repeat { places.append(try place(of: origin, in: set.id)) } while grid.advance(&origin)
            }
            return places
        }
    }

    private func place(of origin: [Int], in set: hid_t) throws(FormatError) -> Place {
        var (skipped, address, size) = (UInt32(0), haddr_t(0), hsize_t(0))
        try unsafe HDF5Library.check(
            H5Dget_chunk_info_by_coord(set, origin.map { hsize_t($0) }, &skipped, &address, &size), "find a chunk")
        let mapped = dataset.source.mapped
        // What does not shrink grows a little at most.
        guard size > 0, size <= hsize_t(grid.chunkByteCount) + 65_536 + hsize_t(grid.chunkByteCount / 64),
            let start = Int(exactly: address), case let (end, overflow) = start.addingReportingOverflow(Int(size)),
            !overflow
        else {
            throw FormatError(.invalidHeader, "has a chunk that is missing, or larger than it can be")
        }
        guard end <= mapped.byteCount else {
            throw FormatError(
                .truncated, "has a chunk after the end of the file: it was cut short; copy it again")
        }
        return Place(bytes: start..<end, skipped: skipped, origin: origin)
    }

    @Sendable private func unpack(_ piece: inout Piece) throws(FormatError) {
        let byteCount = piece.rows.count * grid.rowSize
        if piece.output.count != byteCount { piece.output = [UInt8](repeating: 0, count: byteCount) }
        for place in piece.places {
            try dataset.source.mapped.withBytes { (bytes: RawSpan) throws(FormatError) in
                try piece.scratch.undo(
                    filters, skipping: place.skipped, bytes.extracting(place.bytes), byteCount: grid.chunkByteCount,
                    width: grid.width)
            }
            grid.place(piece.scratch.bytes, place.origin, firstRow: piece.rows.lowerBound, in: &piece.output)
        }
        if !dataset.isLittleEndian { dataset.tensor.elementType.reverseBytes(of: &piece.output) }
    }
}
