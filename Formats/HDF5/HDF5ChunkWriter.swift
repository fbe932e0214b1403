internal import CHDF5
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import TensorIO

/// Cuts contents into chunks, packs several at once, and has the library write them in order.
struct HDF5ChunkWriter {
    let file: HDF5File
    let path: String
    let tensor: TensorDescriptor
    /// Leading axes of 1, part of one axis, whole axes.
    let chunk: [Int]
    let compression: TensorCompression
    private let contexts = ZstdContexts()

    private struct Pending: Sendable {
        var bytes: [UInt8]
        let origin: [Int]
    }

    /// Writes all contents of the tensor.
    func write(_ contents: TensorContents) throws(FormatError) {
        let width = tensor.elementType.bitWidth / 8
        let chunkSize = chunk.reduce(width, *)
        let limit = 16 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        // The axis that is cut; those after it are whole.
        let axis = chunk.indices.first { chunk[$0] > 1 || $0 == chunk.count - 1 } ?? 0
        let rest = tensor.shape[(axis + 1)...].reduce(width, *)
        var origin = [Int](repeating: 0, count: chunk.count)
        var full: [Pending] = []
        var current: [UInt8] = []
        try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in
            var start = 0
            while start < bytes.byteCount {
                let size = min(chunk[axis], tensor.shape[axis] - origin[axis]) * rest
                let end = min(bytes.byteCount, start + size - current.count)
                if current.isEmpty { current.reserveCapacity(chunkSize) }
                unsafe bytes.extracting(start..<end).withUnsafeBytes { unsafe current.append(contentsOf: $0) }
                start = end
                guard current.count == size else { continue }
                // Chunks at the edge are as large as others.
                current.append(contentsOf: repeatElement(0, count: chunkSize - size))
                full.append(Pending(bytes: current, origin: origin))
                current = []
                advance(&origin, axis)
                if full.count >= limit {
                    try flush(full, width)
                    full = []
                }
            }
        }
        try flush(full, width)
    }

    private func advance(_ origin: inout [Int], _ axis: Int) {
        origin[axis] += chunk[axis]
        var place = axis
        while place > 0, origin[place] >= tensor.shape[place] {
            origin[place] = 0
            place -= 1
            origin[place] += 1
        }
    }

    private func flush(_ chunks: [Pending], _ width: Int) throws(FormatError) {
        guard !chunks.isEmpty else { return }
        let packed = Mutex<[Result<[UInt8], FormatError>?]>(Array(repeating: nil, count: chunks.count))
        DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
            let result: Result<[UInt8], FormatError>
            do throws(FormatError) {
                result = .success(try HDF5Pipeline.packed(chunks[index].bytes, width: width, compression, contexts))
            } catch {
                result = .failure(error)
            }
            packed.withLock { $0[index] = result }
        }
        let results = packed.withLock { $0 }
        try HDF5Library.locked { () throws(FormatError) in
            let set = try HDF5Library.handle(
                unsafe H5Dopen2(file.id, path, focus_h5_default()), "open the dataset", H5Dclose)
            for (chunk, result) in zip(chunks, results) {
                guard let bytes = try result?.get() else { continue }
                let offset = chunk.origin.map { hsize_t($0) }
                try unsafe HDF5Library.check(
                    H5Dwrite_chunk(set.id, focus_h5_default(), 0, offset, bytes.count, bytes), "write a chunk")
            }
        }
    }
}
