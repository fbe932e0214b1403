internal import CHDF5
private import Glibc
internal import Synchronization
internal import SystemPackage
internal import TensorIO

/// The one door to libhdf5, which one thread at a time may go through.
enum HDF5Library {
    /// A lock of the process: the library keeps its state in globals.
    private static let lock = Mutex(())

    /// The thread that holds the lock, 0 where none does.
    private static let holder = Atomic<UInt>(0)

    /// The result of `body`, which is called while no other thread uses the library. A thread that holds the lock
    /// already goes on: what it lets go of may close itself.
    static func locked<Result: Sendable>(_ body: () throws(FormatError) -> Result) throws(FormatError) -> Result {
        let thread = UInt(pthread_self())
        if holder.load(ordering: .relaxed) == thread { return try body() }
        let outcome: Swift.Result<Result, FormatError> = lock.withLock { _ in
            holder.store(thread, ordering: .relaxed)
            defer { holder.store(0, ordering: .relaxed) }
            do throws(FormatError) {
                guard focus_h5_prepare() >= 0 else {
                    throw FormatError(.unsupported, "the HDF5 library cannot be used: \(message())")
                }
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// What the library says about its last failure.
    static func message() -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        unsafe focus_h5_error(&buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The handle `id`, which `close` ends; throws where the library made none.
    static func handle(
        _ id: hid_t, _ action: String, _ close: @escaping @convention(c) (hid_t) -> herr_t
    ) throws(FormatError) -> HDF5Handle {
        guard id >= 0 else { throw failure(action) }
        return HDF5Handle(id: id, close: close)
    }

    /// Throws where a call of the library failed.
    static func check(_ status: herr_t, _ action: String) throws(FormatError) {
        guard status >= 0 else { throw failure(action) }
    }

    /// Says that no process of the library got through the file at `path`.
    static func stalled(_ path: FilePath? = nil) -> FormatError {
        FormatError(
            .invalidHeader,
            "keeps the HDF5 library waiting without end: copy it again, and look whether its disk answers", path: path)
    }

    static func failure(_ action: String) -> FormatError {
        let message = message()
        guard message.contains("bad version number") else {
            return FormatError(.invalidHeader, "cannot \(action): \(message)")
        }
        return FormatError(
            .unsupported,
            "cannot \(action): it was written for a newer HDF5 library than the "
                + "\(unsafe String(cString: focus_h5_version())) in use here; "
                + "write it for older ones, in h5py with libver=('earliest', 'v110'), or use h5repack --high=2")
    }
}
