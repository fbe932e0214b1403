internal import CHDF5
internal import SystemPackage
internal import TensorIO

/// The other files that a file leads to, each opened once; within the lock.
final class HDF5ExternalFiles {
    private var sources: [FilePath: HDF5OpenFile]

    private static let maximumCount = 10_000

    init(_ source: HDF5OpenFile) {
        sources = [source.mapped.path: source]
    }

    /// The file that is called `name` in the file of `source`: beside it, where the name is no whole path.
    static func path(_ name: String, from source: HDF5OpenFile) -> FilePath {
        source.mapped.path.removingLastComponent().pushing(FilePath(name))
    }

    /// Opens the file that is called `name` in the file of `source`.
    func source(_ name: String, from source: HDF5OpenFile) throws(FormatError) -> HDF5OpenFile {
        let path = HDF5ExternalFiles.path(name, from: source)
        if let known = sources[path] { return known }
        guard sources.count < HDF5ExternalFiles.maximumCount else {
            throw FormatError(.unsupported, "leads to more than \(HDF5ExternalFiles.maximumCount) files")
        }
        let opened = try HDF5OpenFile(MappedFile(path))
        sources[path] = opened
        return opened
    }

    /// Where the external link `link` of `group` leads.
    func target(
        of link: String, in group: hid_t, _ source: HDF5OpenFile
    ) throws(FormatError) -> (path: String, source: HDF5OpenFile) {
        let size = 2048
        var file = [CChar](repeating: 0, count: size)
        var path = [CChar](repeating: 0, count: size)
        guard unsafe focus_h5_external_target(group, link, &file, &path, size) >= 0 else {
            throw FormatError(.unsupported, "is a link of a kind that is not known, or a very long one")
        }
        return (HDF5ExternalFiles.text(path), try self.source(HDF5ExternalFiles.text(file), from: source))
    }

    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: Storage

    /// The places in other files where the dataset that `creation` describes keeps its `byteCount` bytes.
    func segments(
        _ creation: hid_t, _ source: HDF5OpenFile, byteCount: Int
    ) throws(FormatError) -> [HDF5Segment] {
        var segments: [HDF5Segment] = []
        var left = byteCount
        for index in 0..<UInt32(max(0, H5Pget_external_count(creation))) where left > 0 {
            var name = [CChar](repeating: 0, count: 2048)
            var (offset, size) = (off_t(0), hsize_t(0))
            try unsafe HDF5Library.check(
                H5Pget_external(creation, index, name.count - 1, &name, &offset, &size), "examine external storage")
            // The last one may have any size.
            let count = size >= hsize_t(left) ? left : Int(size)
            guard count > 0 else { continue }
            let file = try MappedFile(HDF5ExternalFiles.path(HDF5ExternalFiles.text(name), from: source))
            let (end, overflow) = Int(offset).addingReportingOverflow(count)
            guard offset >= 0, !overflow, end <= file.byteCount else {
                throw FormatError(
                    .truncated, "ends after the end of '\(file.path)', which was cut short; copy it again")
            }
            segments.append(HDF5Segment(file: file, bytes: Int(offset)..<end))
            left -= count
        }
        guard left == 0 else {
            throw FormatError(.truncated, "keeps \(left) of its \(byteCount) bytes nowhere")
        }
        return segments
    }

    // MARK: Virtual datasets

    /// Throws where a source of the virtual dataset that `creation` describes is not there, or not what it is taken
    /// for: the library would give the fill value.
    func checkSources(of creation: hid_t, _ tensor: TensorDescriptor, _ source: HDF5OpenFile) throws(FormatError) {
        var count = 0
        try unsafe HDF5Library.check(H5Pget_virtual_count(creation, &count), "examine a virtual dataset")
        var covered = 0
        for index in 0..<count {
            var (file, path) = ([CChar](repeating: 0, count: 2048), [CChar](repeating: 0, count: 2048))
            guard unsafe H5Pget_virtual_filename(creation, index, &file, file.count - 1) >= 0,
                unsafe H5Pget_virtual_dsetname(creation, index, &path, path.count - 1) >= 0
            else { throw HDF5Library.failure("examine a virtual dataset") }
            let (name, place) = (HDF5ExternalFiles.text(file), HDF5ExternalFiles.text(path))
            guard !name.contains("%"), !place.contains("%") else {
                throw FormatError(
                    .unsupported, "is a virtual dataset of files that a pattern names, which are not read")
            }
            let other = name == "." ? source : try self.source(name, from: source)
            var address: haddr_t = 0
            guard unsafe focus_h5_target_kind(other.file.id, place, &address) == 1 else {
                throw FormatError(
                    .truncated, "is a virtual dataset of '\(place)' in '\(other.mapped.path)', where there is none")
            }
            let set = try HDF5Library.handle(
                unsafe H5Dopen2(other.file.id, place, focus_h5_default()), "open a dataset", H5Dclose)
            let part = try HDF5Dataset(
                set.id, path: place, name: TensorName(place), source: other, outside: nil
            ).tensor
            let space = try HDF5Library.handle(
                H5Pget_virtual_vspace(creation, index), "examine a virtual dataset", H5Sclose)
            let points = Int(max(0, H5Sget_select_npoints(space.id)))
            guard part.elementType == tensor.elementType, try hasPlace(creation, index, points, in: part) else {
                throw FormatError(
                    .invalidHeader,
                    "is a virtual dataset of more than there is of '\(place)' in '\(other.mapped.path)': \(part)")
            }
            covered = covered.addingReportingOverflow(points).partialValue
        }
        guard covered == tensor.elementCount else {
            throw FormatError(
                .truncated, "is a virtual dataset with sources for \(covered) of its \(tensor.elementCount) elements")
        }
    }
}

extension HDF5ExternalFiles {
    /// Whether the selection `index` of the source of a virtual dataset, of `points` elements, is inside of `part`.
    private func hasPlace(
        _ creation: hid_t, _ index: Int, _ points: Int, in part: TensorDescriptor
    ) throws(FormatError) -> Bool {
        let space = try HDF5Library.handle(
            H5Pget_virtual_srcspace(creation, index), "examine a virtual dataset", H5Sclose)
        guard H5Sget_select_type(space.id) != H5S_SEL_ALL else { return points == part.elementCount }
        let rank = part.shape.count
        guard rank > 0, H5Sget_simple_extent_ndims(space.id) == CInt(rank) else { return false }
        var (start, end) = ([hsize_t](repeating: 0, count: rank), [hsize_t](repeating: 0, count: rank))
        guard unsafe H5Sget_select_bounds(space.id, &start, &end) >= 0 else { return false }
        return zip(end, part.shape).allSatisfy { $0 < hsize_t($1) }
    }
}
