internal import CHDF5
internal import SystemPackage
internal import TensorIO

/// A file with datasets: open in the library, and mapped for what is read without it.
struct HDF5OpenFile: Sendable {
    let mapped: MappedFile
    let file: HDF5File
    /// Whether the library counts from somewhere else than the start of the file, after a block of the user's.
    let hasUserBlock: Bool

    /// Opens `mapped`, after a process of its own has seen that the library gets through it; within the lock.
    init(_ mapped: MappedFile) throws(FormatError) {
        // Two seconds, and more for files that may hold very many datasets.
        let seconds = UInt32(clamping: min(600, 2 + (mapped.byteCount >> 24)))
        switch unsafe focus_h5_survives(mapped.path.string, seconds) {
        case 0: break
        case 1:
            throw FormatError(
                .invalidHeader, "has an attribute whose text is damaged, or far longer than the file: copy it again",
                path: mapped.path)
        case 3:
            throw FormatError(
                .invalidHeader,
                "has something in it that the HDF5 library cannot open: it is damaged, or of a newer release",
                path: mapped.path)
        case 4:
            throw FormatError(
                .invalidHeader, "cannot be opened by the HDF5 library: it was cut short or damaged; copy it again",
                path: mapped.path)
        case FOCUS_H5_STALLED: throw HDF5Library.stalled(mapped.path)
        default:
            throw FormatError(
                .invalidHeader, "is damaged in a way that the HDF5 library cannot cope with: copy it again",
                path: mapped.path)
        }
        let id = unsafe H5Fopen(mapped.path.string, focus_h5_read_only(), focus_h5_default())
        guard id >= 0 else {
            var failure = HDF5Library.failure("open the file; it may be cut short or damaged")
            failure.path = mapped.path
            throw failure
        }
        let creation = H5Fget_create_plist(id)
        var size: hsize_t = 0
        hasUserBlock = unsafe H5Pget_userblock(creation, &size) < 0 || size > 0
        H5Pclose(creation)
        self.mapped = mapped
        file = HDF5File(id: id)
    }
}
