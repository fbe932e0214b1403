internal import CHDF5
internal import TensorIO

/// Contents that the library itself reads, some rows at a time: filters that are not undone here, chunks that were not
/// written.
struct HDF5LibraryReads {
    let dataset: HDF5Dataset

    /// About how many bytes are read at a time. Chunks that a read touches are unpacked for each anew.
    var bufferSize = 16 << 20

    private static let largestRow = 1 << 30

    /// Lends the bytes `range`, in order.
    func read(_ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let tensor = dataset.tensor
        let rowCount = tensor.shape.first ?? 1
        let rowSize = tensor.byteCount / max(1, rowCount)
        guard rowSize <= HDF5LibraryReads.largestRow else {
            throw FormatError(.unsupported, "has rows of \(rowSize) bytes, which are too large to unpack")
        }
        let rowsPerRead = max(1, bufferSize / max(1, rowSize))
        var row = range.lowerBound / rowSize
        var rest = SpanCarry()
        while row * rowSize < range.upperBound {
            let end = min(rowCount, row + rowsPerRead)
            let bytes = try rows(row..<end, size: rowSize)
            let wanted = (row * rowSize..<end * rowSize).clamped(to: range)
            let start = wanted.lowerBound - row * rowSize
            try unsafe rest.lend(
                bytes.span.bytes.extracting(start..<start + wanted.count),
                isLast: wanted.upperBound == range.upperBound, body)
            row = end
        }
    }

    private func rows(_ rows: Range<Int>, size: Int) throws(FormatError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: rows.count * size)
        try HDF5Library.locked { () throws(FormatError) in
            let set = try HDF5Library.handle(
                unsafe H5Dopen2(dataset.source.file.id, dataset.path, focus_h5_default()), "open the dataset", H5Dclose)
            let kept = try HDF5Library.handle(H5Dget_type(set.id), "examine a type", H5Tclose)
            let isOpaque = H5Tget_class(kept.id) == H5T_OPAQUE
            let type = isOpaque ? kept : try HDF5ElementType.make(dataset.tensor.elementType)
            let shape = dataset.tensor.shape
            focus_h5_limit_chunk(HDF5Dataset.largestChunk)
            guard !shape.isEmpty else {
                return try read(set.id, type.id, focus_h5_all(), focus_h5_all(), into: &buffer)
            }
            let space = try HDF5Library.handle(H5Dget_space(set.id), "examine the shape", H5Sclose)
            var start = [hsize_t](repeating: 0, count: shape.count)
            var count = shape.map { hsize_t($0) }
            start[0] = hsize_t(rows.lowerBound)
            count[0] = hsize_t(rows.count)
            try unsafe HDF5Library.check(
                H5Sselect_hyperslab(space.id, H5S_SELECT_SET, &start, nil, &count, nil), "choose rows")
            let memory = try HDF5Library.handle(
                unsafe H5Screate_simple(CInt(shape.count), &count, nil), "choose rows", H5Sclose)
            try read(set.id, type.id, memory.id, space.id, into: &buffer)
        }
        return buffer
    }

    private func read(
        _ set: hid_t, _ type: hid_t, _ memory: hid_t, _ space: hid_t, into buffer: inout [UInt8]
    ) throws(FormatError) {
        var message = [CChar](repeating: 0, count: 400)
        let byteCount = buffer.count
        // A chunk before and after each filter, and what the library needs beside.
        let room = 4 * dataset.chunkByteCount + byteCount + (16 << 20)
        switch unsafe focus_h5_read(set, type, memory, space, room, &message, message.count, &buffer, byteCount) {
        case 0: return
        case 1: throw FormatError(.invalidHeader, "cannot be read: \(HDF5ExternalFiles.text(message))")
        case FOCUS_H5_STALLED: throw HDF5Library.stalled()
        default:
            throw FormatError(
                .invalidHeader, "is damaged in a way that the HDF5 library cannot cope with: copy it again")
        }
    }
}
