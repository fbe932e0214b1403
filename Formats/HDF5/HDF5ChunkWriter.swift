internal import CHDF5
internal import Parallel
internal import TensorIO

/// Cuts contents into chunks, packs several at once, those of the next tensor too, and has the library write them in
/// order.
struct HDF5ChunkWriter {
    /// A chunk on its way into the file.
    private struct Piece: Sendable {
        var path = ""
        var bytes: [UInt8] = []
        var origin: [Int] = []
        /// The size of an element in bytes.
        var width = 1
        var scratch = HDF5Scratch()
        /// How many bytes of the scratch are the packed chunk.
        var packedCount = 0
    }

    private let dataset: HDF5CurrentDataset
    private let work: OrderedWork<Piece>

    init(_ file: HDF5File, compression: TensorCompression, workers: Workers) {
        dataset = HDF5CurrentDataset(of: file)
        work = OrderedWork(
            on: workers, limit: OrderedWork<Piece>.limit(byteCount: 3 * HDF5Writer.chunkByteCount, on: workers),
            making: { Piece() },
            work: { (piece: inout Piece) throws(FormatError) in
                piece.packedCount = try piece.scratch.pack(piece.bytes, width: piece.width, compression)
            })
    }

    /// Writes all contents of `tensor` to the dataset at `path`, which has chunks of the shape `chunk`: leading axes of
    /// 1, part of one axis, whole axes.
    func write(
        _ tensor: TensorDescriptor, to path: String, chunk: [Int], _ contents: TensorContents
    ) throws(FormatError) {
        let width = tensor.elementType.bitWidth / 8
        let chunkSize = chunk.reduce(width, *)
        // The axis that is cut; those after it are whole.
        let axis = chunk.indices.first { chunk[$0] > 1 || $0 == chunk.count - 1 } ?? 0
        let rest = tensor.shape[(axis + 1)...].reduce(width, *)
        var origin = [Int](repeating: 0, count: chunk.count)
        var filled = 0
        try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in
            var start = 0
            while start < bytes.byteCount {
                let size = min(chunk[axis], tensor.shape[axis] - origin[axis]) * rest
                let end = min(bytes.byteCount, start + size - filled)
                let (part, isFirst, place) = (bytes.extracting(start..<end), filled == 0, origin)
                filled += end - start
                start = end
                try work.prepare { (piece: inout Piece) throws(FormatError) in
                    if isFirst {
                        (piece.path, piece.origin, piece.width) = (path, place, width)
                        piece.bytes.removeAll(keepingCapacity: true)
                        piece.bytes.reserveCapacity(chunkSize)
                    }
                    unsafe part.withUnsafeBytes { unsafe piece.bytes.append(contentsOf: $0) }
                    // Chunks at the edge are as large as others.
                    if filled == size { piece.bytes.append(contentsOf: repeatElement(0, count: chunkSize - size)) }
                }
                guard filled == size else { continue }
                try work.submit(write)
                filled = 0
                HDF5ChunkWriter.advance(&origin, axis, chunk, tensor.shape)
            }
        }
    }

    /// Writes what was taken in and is not written yet.
    func finish() throws(FormatError) {
        try work.finish(write)
        try dataset.close()
    }

    private func write(_ piece: inout Piece) throws(FormatError) {
        let (path, offset, count) = (piece.path, piece.origin.map { hsize_t($0) }, piece.packedCount)
        let scratch = piece.scratch
        try HDF5Library.locked { () throws(FormatError) in
            let set = try dataset.open(path)
            try unsafe HDF5Library.check(
                H5Dwrite_chunk(set, focus_h5_default(), 0, offset, count, scratch.bytes), "write a chunk")
        }
    }

    private static func advance(_ origin: inout [Int], _ axis: Int, _ chunk: [Int], _ shape: [Int]) {
        origin[axis] += chunk[axis]
        var place = axis
        while place > 0, origin[place] >= shape[place] {
            origin[place] = 0
            place -= 1
            origin[place] += 1
        }
    }
}
