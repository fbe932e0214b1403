internal import CHDF5

/// An object of the library, closed in the end; it must end within the lock.
struct HDF5Handle: ~Copyable {
    let id: hid_t
    private let close: @convention(c) (hid_t) -> herr_t

    init(id: hid_t, close: @escaping @convention(c) (hid_t) -> herr_t) {
        self.id = id
        self.close = close
    }

    deinit {
        _ = close(id)
    }
}
