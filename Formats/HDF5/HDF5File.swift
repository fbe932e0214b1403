internal import CHDF5
internal import Synchronization
internal import TensorIO

/// A file that the library has open; closed when the last reference goes, or before.
final class HDF5File: Sendable {
    /// The library's number of the file. Use it within the lock.
    let id: hid_t
    private let isOpen = Atomic(true)

    /// Takes over `id`.
    init(id: hid_t) {
        self.id = id
    }

    /// Closes the file, which writes what the library has in memory.
    func close() throws(FormatError) {
        guard isOpen.exchange(false, ordering: .relaxed) else { return }
        try HDF5Library.locked { () throws(FormatError) in
            try HDF5Library.check(H5Fclose(id), "finish the file")
        }
    }

    deinit {
        try? close()
    }
}
