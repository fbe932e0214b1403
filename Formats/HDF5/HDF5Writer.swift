internal import CHDF5
internal import Parallel
internal import SystemPackage
internal import TensorIO

/// Writes a file: the library lays it out and writes chunks; contents that are kept as they are go straight to their
/// places.
struct HDF5Writer {
    let tensors: [TensorDescriptor]
    let places: [HDF5Names.Place]
    let metadata: [String: String]
    let compression: TensorCompression
    let workers: Workers
    /// What groups and attributes are taken from.
    let structure: HDF5Structure?

    /// Tensors of fewer bytes are not worth a chunk.
    private static let smallestPacked = 4096

    /// About the size of a chunk.
    static let chunkByteCount = 1 << 20

    /// Writes the file at `path`, which must not exist.
    func write(to path: FilePath, contents: TensorContents) throws(FormatError) {
        let file = try HDF5Library.locked { () throws(FormatError) in
            let creation = try HDF5Library.handle(H5Pcreate(focus_h5_file_creation()), "make a file", H5Pclose)
            try HDF5Library.check(H5Pset_link_creation_order(creation.id, focus_h5_creation_order()), "make a file")
            try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), "make a file")
            let access = try HDF5Library.handle(H5Pcreate(focus_h5_file_access()), "make a file", H5Pclose)
            // From 1.8 on, the file's own structures carry checksums, so that damage is noticed.
            try HDF5Library.check(
                H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V110), "make a file")
            try HDF5Library.check(H5Pset_alignment(access.id, 1024, 64), "make a file")
            let id = unsafe H5Fcreate(path.string, focus_h5_exclusive(), creation.id, access.id)
            guard id >= 0 else {
                throw FormatError(.system, "cannot create the file: \(HDF5Library.message())", path: path)
            }
            return HDF5File(id: id)
        }
        let offsets = try HDF5Library.locked { () throws(FormatError) in
            var offsets: [Int?] = []
            let root = try HDF5Library.handle(
                unsafe H5Gopen2(file.id, "/", focus_h5_default()), "open the root", H5Gclose)
            let copied = try structure?.copyRoot(to: file.id, writing: metadata) ?? []
            try HDF5Attributes.write(metadata.filter { !copied.contains($0.key) }, to: root.id)
            try makeGroups(in: file.id)
            for (tensor, place) in zip(tensors, places) {
                do throws(FormatError) {
                    offsets.append(try make(tensor, place, in: file.id))
                } catch {
                    var error = error
                    error.tensor = tensor.name
                    throw error
                }
            }
            return offsets
        }
        let chunks = HDF5ChunkWriter(file, compression: compression, workers: workers)
        for (tensor, place) in zip(tensors, places) {
            guard let chunk = chunkShape(of: tensor) else { continue }
            try chunks.write(tensor, to: place.path, chunk: chunk, contents)
        }
        try chunks.finish()
        try file.close()
        try writePlain(to: path, offsets, contents)
    }

    /// The shape of the chunks of `tensor`, about a mebibyte each, or nil where it is kept as it is.
    ///
    /// Leading axes of 1, then part of one axis, then whole axes: so a chunk is one run of the tensor's bytes.
    private func chunkShape(of tensor: TensorDescriptor) -> [Int]? {
        guard compression != .none, tensor.byteCount >= HDF5Writer.smallestPacked else { return nil }
        var room = HDF5Writer.chunkByteCount / (tensor.elementType.bitWidth / 8)
        var chunk = tensor.shape
        for axis in chunk.indices.reversed() {
            chunk[axis] = max(1, min(chunk[axis], room))
            room /= max(1, tensor.shape[axis])
        }
        return chunk
    }

    /// Makes the groups that the paths of the tensors lead through, and those of the source with their attributes. The
    /// library would make them with the time of day in each.
    private func makeGroups(in file: hid_t) throws(FormatError) {
        let creation = try HDF5Library.handle(H5Pcreate(focus_h5_group_creation()), "make groups", H5Pclose)
        try HDF5Library.check(H5Pset_link_creation_order(creation.id, focus_h5_creation_order()), "make groups")
        try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), "make groups")
        let links = try HDF5Library.handle(H5Pcreate(focus_h5_link_creation()), "make groups", H5Pclose)
        try HDF5Library.check(H5Pset_char_encoding(links.id, H5T_CSET_UTF8), "make a name")
        var made: Set<[UInt8]> = []
        let datasets = Set(places.map(\.path))
        let groups = (structure?.groups ?? []).filter { !datasets.contains($0) }
        for path in groups.map({ Array($0.utf8) + [UInt8(ascii: "/")] }) + places.map({ Array($0.path.utf8) }) {
            for end in path.indices where path[end] == UInt8(ascii: "/") {
                let group = Array(path[..<end])
                guard made.insert(group).inserted else { continue }
                _ = try HDF5Library.handle(
                    unsafe H5Gcreate2(
                        file, String(decoding: group, as: UTF8.self), links.id, creation.id, focus_h5_default()),
                    "make a group", H5Gclose)
            }
        }
        for group in groups { try structure?.copyGroup(group, to: file) }
    }

    /// Makes the dataset of `tensor` and returns where its contents belong, or nil where it has chunks or no contents.
    private func make(_ tensor: TensorDescriptor, _ place: HDF5Names.Place, in file: hid_t) throws(FormatError) -> Int?
    {
        let type = try HDF5ElementType.make(tensor.elementType)
        var sizes = tensor.shape.map { hsize_t($0) }
        let space = try HDF5Library.handle(
            sizes.isEmpty ? H5Screate(H5S_SCALAR) : unsafe H5Screate_simple(CInt(sizes.count), &sizes, nil),
            "make a shape", H5Sclose)
        let creation = try HDF5Library.handle(H5Pcreate(focus_h5_dataset_creation()), "make a dataset", H5Pclose)
        // Times would make two files of the same tensors differ.
        try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), "make a dataset")
        try HDF5Library.check(H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER), "make a dataset")
        if let chunk = chunkShape(of: tensor) {
            try unsafe HDF5Library.check(
                H5Pset_chunk(creation.id, CInt(chunk.count), chunk.map { hsize_t($0) }), "make chunks")
            if tensor.elementType.bitWidth > 8 { try HDF5Library.check(H5Pset_shuffle(creation.id), "make chunks") }
            try setFilter(creation.id)
        } else {
            try HDF5Library.check(H5Pset_alloc_time(creation.id, H5D_ALLOC_TIME_EARLY), "make a dataset")
        }
        let links = try HDF5Library.handle(H5Pcreate(focus_h5_link_creation()), "make a dataset", H5Pclose)
        try HDF5Library.check(H5Pset_char_encoding(links.id, H5T_CSET_UTF8), "make a name")
        let dataset = try HDF5Library.handle(
            unsafe H5Dcreate2(file, place.path, type.id, space.id, links.id, creation.id, focus_h5_default()),
            "make a dataset", H5Dclose)
        if place.isRenamed {
            try HDF5Attributes.write(tensor.name.bytes, as: HDF5Names.nameAttribute, to: dataset.id)
        }
        try structure?.copyDataset(tensor, to: dataset.id)
        guard chunkShape(of: tensor) == nil, tensor.byteCount > 0 else { return nil }
        guard let offset = Int(exactly: H5Dget_offset(dataset.id)) else {
            throw FormatError(.system, "the library gave its contents no place")
        }
        return offset
    }

    private func setFilter(_ creation: hid_t) throws(FormatError) {
        switch compression {
        case .none: return
        case .gzip(let level):
            try HDF5Library.check(H5Pset_deflate(creation, UInt32(min(max(level, 1), 9))), "use gzip")
        case .zstd(let level):
            let values = [UInt32(truncatingIfNeeded: level)]
            try unsafe HDF5Library.check(
                H5Pset_filter(creation, H5Z_filter_t(FOCUS_H5_ZSTD), 0, 1, values), "use zstd")
        }
    }

    /// Writes the contents that are kept as they are, each from its offset on.
    private func writePlain(
        to path: FilePath, _ offsets: [Int?], _ contents: TensorContents
    ) throws(FormatError) {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
        } catch {
            throw .system((error as? Errno) ?? .ioError, "open", path)
        }
        var file = BufferedWriter(descriptor, path)
        for (tensor, offset) in zip(tensors, offsets) where chunkShape(of: tensor) == nil {
            try file.move(to: offset ?? 0)
            try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in try file.append(bytes) }
        }
        try file.flush()
    }
}
