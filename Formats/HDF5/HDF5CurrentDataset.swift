internal import CHDF5
internal import TensorIO

/// The dataset of a file that is written at the moment: open from its first chunk to its last.
final class HDF5CurrentDataset {
    private let file: HDF5File
    private var path = ""
    private var id: hid_t?

    init(of file: HDF5File) {
        self.file = file
    }

    /// The library's number of the dataset at `path`; the one before is closed. Within the lock.
    func open(_ path: String) throws(FormatError) -> hid_t {
        if let id, path == self.path { return id }
        try closeWithinLock()
        let new = unsafe H5Dopen2(file.id, path, focus_h5_default())
        guard new >= 0 else { throw HDF5Library.failure("open the dataset") }
        (id, self.path) = (new, path)
        return new
    }

    /// Closes what is open.
    func close() throws(FormatError) {
        try HDF5Library.locked(closeWithinLock)
    }

    private func closeWithinLock() throws(FormatError) {
        guard let id else { return }
        self.id = nil
        try HDF5Library.check(H5Dclose(id), "close a dataset")
    }

    deinit {
        try? close()
    }
}
