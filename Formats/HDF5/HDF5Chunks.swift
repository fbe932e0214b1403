internal import CHDF5
internal import Dispatch
internal import Synchronization
internal import TensorIO

/// Contents in chunks: the library reads them as they are kept, one at a time, and they are unpacked on all cores.
///
/// A band is all chunks that hold the same rows; whole bands are put together, a few at a time.
struct HDF5Chunks {
    let file: HDF5File
    let dataset: HDF5Dataset
    let chunk: [Int]
    let filters: [HDF5Filter]

    /// Bands of more bytes are left to the library.
    static let largestBand = 256 << 20
    private static let bytesAtOnce = 16 << 20

    private struct Packed: Sendable {
        let bytes: [UInt8]
        /// A bit for each filter that was left out.
        let skipped: UInt32
        /// The place of the chunk's first element.
        let origin: [Int]
    }

    private var shape: [Int] {
        dataset.tensor.shape
    }

    private var width: Int {
        dataset.tensor.elementType.bitWidth / 8
    }

    /// The size of a row of the tensor in bytes.
    private var rowSize: Int {
        dataset.tensor.byteCount / shape[0]
    }

    /// The size of a band, and never less than that of one chunk.
    var bandByteCount: Int {
        let (band, overflow) = rowSize.multipliedReportingOverflow(by: chunk[0])
        return overflow ? .max : max(band, chunkByteCount)
    }

    private var chunkByteCount: Int {
        chunk.reduce(width) { product, size in
            let (value, overflow) = product.multipliedReportingOverflow(by: size)
            return overflow ? .max >> 1 : min(value, .max >> 1)
        }
    }

    /// Lends the bytes `range`, in order.
    func read(_ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let bandsAtOnce = max(1, HDF5Chunks.bytesAtOnce / bandByteCount)
        let last = (range.upperBound - 1) / rowSize / chunk[0]
        var band = range.lowerBound / rowSize / chunk[0]
        var rest = HDF5Carry()
        while band <= last {
            let bands = band..<min(last + 1, band + bandsAtOnce)
            let rows = bands.lowerBound * chunk[0]..<min(shape[0], bands.upperBound * chunk[0])
            let bytes = try unpacked(bands, rows)
            let wanted = (rows.lowerBound * rowSize..<rows.upperBound * rowSize).clamped(to: range)
            let start = wanted.lowerBound - rows.lowerBound * rowSize
            try unsafe rest.lend(
                bytes.span.bytes.extracting(start..<start + wanted.count),
                isLast: wanted.upperBound == range.upperBound,
                body)
            band = bands.upperBound
        }
    }

    /// The bytes of `rows`, which `bands` hold.
    private func unpacked(_ bands: Range<Int>, _ rows: Range<Int>) throws(FormatError) -> [UInt8] {
        let packed = try packed(bands)
        let failure = Mutex<FormatError?>(nil)
        let count = rows.count * rowSize
        var output = [UInt8](repeating: 0, count: count)
        unsafe output.withUnsafeMutableBytes { buffer in
            // Chunks do not overlap, so no two threads write to one place.
            nonisolated(unsafe) let target = unsafe buffer
            DispatchQueue.concurrentPerform(iterations: packed.count) { index in
                do throws(FormatError) {
                    let contents = try unpack(packed[index])
                    unsafe place(contents, packed[index].origin, firstRow: rows.lowerBound, in: target)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        if !dataset.isLittleEndian { dataset.tensor.elementType.reverseBytes(of: &output) }
        return output
    }

    /// The chunks of `bands` as the file has them.
    private func packed(_ bands: Range<Int>) throws(FormatError) -> [Packed] {
        var packed: [Packed] = []
        try HDF5Library.locked { () throws(FormatError) in
            let set = try HDF5Library.handle(
                unsafe H5Dopen2(file.id, dataset.path, focus_h5_default()), "open the dataset", H5Dclose)
            for band in bands {
                var origin = [Int](repeating: 0, count: shape.count)
                origin[0] = band * chunk[0]
                repeat {
                    let offset = origin.map { hsize_t($0) }
                    var size: hsize_t = 0
                    try unsafe HDF5Library.check(H5Dget_chunk_storage_size(set.id, offset, &size), "find a chunk")
                    // What does not shrink grows a little at most.
                    guard size > 0, size <= hsize_t(chunkByteCount) + 65_536 + hsize_t(chunkByteCount / 64) else {
                        throw FormatError(.invalidHeader, "has a chunk that is missing, or larger than it can be")
                    }
                    var bytes = [UInt8](repeating: 0, count: Int(size))
                    var skipped: UInt32 = 0
                    try unsafe HDF5Library.check(
                        H5Dread_chunk(set.id, focus_h5_default(), offset, &skipped, &bytes), "read a chunk")
                    packed.append(Packed(bytes: bytes, skipped: skipped, origin: origin))
                } while advance(&origin)
            }
        }
        return packed
    }

    /// Steps to the next chunk of the band; false after the last.
    private func advance(_ origin: inout [Int]) -> Bool {
        for axis in (1..<max(1, shape.count)).reversed() {
            origin[axis] += chunk[axis]
            if origin[axis] < shape[axis] { return true }
            origin[axis] = 0
        }
        return false
    }

    private func unpack(_ packed: Packed) throws(FormatError) -> [UInt8] {
        var bytes = packed.bytes
        for (index, filter) in filters.enumerated().reversed() where packed.skipped >> UInt32(index) & 1 == 0 {
            bytes = try HDF5Pipeline.undo(filter, bytes, byteCount: chunkByteCount, width: width)
        }
        guard bytes.count == chunkByteCount else {
            throw FormatError(
                .invalidHeader, "has a chunk of \(bytes.count) bytes where \(chunkByteCount) are expected")
        }
        return bytes
    }

    /// Copies the part of a chunk that is inside of the tensor to its place among the rows from `firstRow` on.
    private func place(_ contents: [UInt8], _ origin: [Int], firstRow: Int, in target: UnsafeMutableRawBufferPointer) {
        let rank = shape.count
        let inside = (0..<rank).map { min(chunk[$0], shape[$0] - origin[$0]) }
        // Trailing axes that the chunk covers whole are one run with the axis before them.
        var axis = rank - 1
        while axis > 0, chunk[axis] == shape[axis] { axis -= 1 }
        let runElements = shape[(axis + 1)...].reduce(1, *)
        let run = inside[axis] * runElements * width
        var index = [Int](repeating: 0, count: axis)
        unsafe contents.withUnsafeBytes { source in
            while true {
                var from = 0
                var to = 0
                for (place, size) in index.enumerated() {
                    from = from * chunk[place] + size
                    to = to * shape[place] + origin[place] + size - (place == 0 ? firstRow : 0)
                }
                from = from * chunk[axis] * runElements * width
                to = (to * shape[axis] + origin[axis] - (axis == 0 ? firstRow : 0)) * runElements * width
                unsafe target[to..<to + run].copyBytes(from: source[from..<from + run])
                var next = axis - 1
                while next >= 0 {
                    index[next] += 1
                    if index[next] < inside[next] { break }
                    index[next] = 0
                    next -= 1
                }
                if next < 0 { return }
            }
        }
    }
}
