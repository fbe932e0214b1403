internal import CHDF5
internal import TensorIO

/// What the file says of one dataset.
struct HDF5Dataset: Sendable {
    /// How its contents are kept.
    enum Layout: Sendable {
        /// As they are, from this byte of the file on.
        case plain(offset: Int)
        /// In chunks of this shape that can be read as they are kept.
        case chunks(shape: [Int], filters: [HDF5Filter])
        /// In these places of other files, one after the other.
        case elsewhere([HDF5Segment])
        /// In a way that only the library can read.
        case other
    }

    let source: HDF5OpenFile
    /// The path to it from the root of its file.
    let path: String
    let tensor: TensorDescriptor
    let isLittleEndian: Bool
    let layout: Layout
    /// The size of a chunk where it has chunks, else 0.
    private(set) var chunkByteCount = 0

    /// Contents that were never written cost nothing in a file; more than this of them is refused.
    private static let largestUnwritten = 64 << 20

    /// A chunk of more bytes takes too much memory to unpack.
    static let largestChunk = 1 << 30

    /// Examines the dataset `id`, which is at `path` in the file of `source`.
    ///
    /// What it keeps in other files is found by `outside`, and refused where that is nil.
    ///
    /// - Throws: `FormatError` with code `noTensor` where it holds no numbers.
    init(
        _ id: hid_t, path: String, name: TensorName, source: HDF5OpenFile, outside: HDF5ExternalFiles?
    ) throws(FormatError) {
        self.source = source
        self.path = path
        let fileSize = source.mapped.byteCount
        let type = try HDF5Library.handle(H5Dget_type(id), "examine a type", H5Tclose)
        let creation = try HDF5Library.handle(H5Dget_create_plist(id), "examine a dataset", H5Pclose)
        // Before its shape, for which the library would open the files.
        if H5Pget_layout(creation.id) == H5D_VIRTUAL, outside == nil {
            throw .outside("is a virtual dataset of other files", tensor: name.description)
        }
        let space = try HDF5Library.handle(H5Dget_space(id), "examine a shape", H5Sclose)
        let declared = try HDF5Attributes.texts(HDF5ElementType.typeAttribute, of: id)?.first.map {
            String(decoding: $0, as: UTF8.self)
        }
        let element = try HDF5ElementType.read(type.id, declared: declared)
        isLittleEndian = element.isLittleEndian
        let shape = try HDF5Dataset.shape(space.id)
        tensor = try TensorDescriptor(name: name, elementType: element.type, shape: shape)
        var isWritten = true
        switch H5Pget_layout(creation.id) {
        case H5D_CONTIGUOUS where H5Pget_external_count(creation.id) > 0:
            guard let outside else {
                throw .outside("keeps its contents in other files", tensor: name.description)
            }
            layout = .elsewhere(try outside.segments(creation.id, source, byteCount: tensor.byteCount))
        case H5D_VIRTUAL:
            try outside?.checkSources(of: creation.id, tensor, source)
            layout = .other
        case H5D_CONTIGUOUS:
            let offset = H5Dget_offset(id)
            guard offset != focus_h5_undefined_address(), tensor.byteCount > 0 else {
                layout = .other
                isWritten = false
                break
            }
            guard let start = Int(exactly: offset),
                case let (end, overflow) = start.addingReportingOverflow(tensor.byteCount),
                !overflow, end <= fileSize
            else {
                throw FormatError(.truncated, "ends after the end of the file: it was cut short; copy it again")
            }
            layout =
                element.isLittleEndian
                ? .plain(offset: start) : .elsewhere([HDF5Segment(file: source.mapped, bytes: start..<end)])
        case H5D_CHUNKED:
            let filters = try HDF5Filter.all(creation.id)
            let chunk = try HDF5Dataset.chunkShape(creation.id, rank: shape.count)
            chunkByteCount = try HDF5Dataset.chunkSize(chunk, of: tensor)
            isWritten = try HDF5Dataset.hasAllChunks(id, space.id, shape, chunk)
            if isWritten { try HDF5Dataset.refuseBomb(id, tensor, chunkByteCount, filters, fileSize) }
            var options: UInt32 = 0
            try unsafe HDF5Library.check(H5Pget_chunk_opts(creation.id, &options), "examine the chunks")
            // Releases differ in whether they count such a block in the places of chunks.
            let isOwn =
                isWritten && filters.allSatisfy(\.isOwn) && !shape.isEmpty && tensor.byteCount > 0 && options == 0
                && !source.hasUserBlock
            layout = isOwn ? .chunks(shape: chunk, filters: filters) : .other
        default:
            // In the header. The library believes the shape, whatever the size of what is there.
            guard H5Dget_storage_size(id) == hsize_t(tensor.byteCount) else {
                throw FormatError(
                    .invalidHeader, "has \(H5Dget_storage_size(id)) bytes where its shape needs \(tensor.byteCount)")
            }
            layout = .other
        }
        guard isWritten || tensor.byteCount <= HDF5Dataset.largestUnwritten else {
            throw FormatError(.truncated, "was never written in full, though it would have \(tensor.byteCount) bytes")
        }
    }

    /// The shape that `space` is.
    static func shape(_ space: hid_t) throws(FormatError) -> [Int] {
        switch H5Sget_simple_extent_type(space) {
        case H5S_SCALAR: return []
        case H5S_SIMPLE: break
        default: throw FormatError(.noTensor, "has no shape at all: it is empty by HDF5's own meaning")
        }
        let rank = Int(H5Sget_simple_extent_ndims(space))
        guard rank >= 0, rank <= TensorDescriptor.maximumRank else { throw HDF5Library.failure("examine a shape") }
        var sizes = [hsize_t](repeating: 0, count: rank)
        guard unsafe H5Sget_simple_extent_dims(space, &sizes, nil) >= 0 else {
            throw HDF5Library.failure("examine a shape")
        }
        return try sizes.map(HDF5Dataset.size)
    }

    private static func size(_ size: hsize_t) throws(FormatError) -> Int {
        guard let size = Int(exactly: size) else {
            throw FormatError(.invalidHeader, "has an axis of \(size) elements")
        }
        return size
    }

    private static func chunkShape(_ creation: hid_t, rank: Int) throws(FormatError) -> [Int] {
        var sizes = [hsize_t](repeating: 0, count: max(1, rank))
        guard unsafe H5Pget_chunk(creation, CInt(sizes.count), &sizes) == CInt(rank) else {
            throw HDF5Library.failure("examine the chunks")
        }
        let shape = try sizes.prefix(rank).map(HDF5Dataset.size)
        guard shape.allSatisfy({ $0 > 0 }) else { throw FormatError(.invalidHeader, "has chunks of no elements") }
        return shape
    }

    private static func hasAllChunks(
        _ id: hid_t, _ space: hid_t, _ shape: [Int], _ chunk: [Int]
    ) throws(FormatError) -> Bool {
        var count: hsize_t = 0
        try unsafe HDF5Library.check(H5Dget_num_chunks(id, space, &count), "count the chunks")
        var expected: hsize_t = 1
        for (size, part) in zip(shape, chunk) {
            let (product, overflow) = expected.multipliedReportingOverflow(
                by: hsize_t(size / part + (size % part == 0 ? 0 : 1)))
            if overflow { return false }
            expected = product
        }
        return count == expected
    }

    /// The size of chunks of the shape `chunk`.
    private static func chunkSize(_ chunk: [Int], of tensor: TensorDescriptor) throws(FormatError) -> Int {
        let size = saturatingProduct(chunk + [tensor.elementType.bitWidth / 8])
        guard size <= largestChunk else {
            throw FormatError(
                .unsupported,
                "has chunks of \(size) bytes, more than the \(largestChunk) that are unpacked at once; "
                    + "rewrite it in smaller ones with h5repack")
        }
        return size
    }

    /// Throws where the dataset says that it unpacks to more than what the file has of it can become.
    private static func refuseBomb(
        _ id: hid_t, _ tensor: TensorDescriptor, _ chunkSize: Int, _ filters: [HDF5Filter], _ fileSize: Int
    ) throws(FormatError) {
        let stored = H5Dget_storage_size(id)
        guard stored <= hsize_t(fileSize) else {
            throw FormatError(
                .invalidHeader, "has chunks of \(stored) bytes together, more than the \(fileSize) of the file")
        }
        let ratio = saturatingProduct(filters.map(\.largestRatio))
        // A chunk is whole, even where the tensor is smaller.
        let most = saturatingProduct([Int(stored), ratio])
        guard max(tensor.byteCount, chunkSize) <= most || tensor.byteCount == 0 else {
            throw FormatError(
                .invalidHeader,
                "would unpack from \(stored) to \(tensor.byteCount) bytes, which its filters cannot: copy it again")
        }
    }

    private static func saturatingProduct(_ factors: [Int]) -> Int {
        factors.reduce(1) { product, factor in
            let (value, overflow) = product.multipliedReportingOverflow(by: factor)
            return overflow ? .max : value
        }
    }
}
