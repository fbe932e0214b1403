private import Glibc
internal import SystemPackage
internal import TensorIO

/// The right to replace what is at a path; it ends with its last reference, and with the process, however that ends.
///
/// The lock is the system's own on the folder or file itself (`flock`), so that nothing has to be written and nothing
/// can be left behind. It follows the folder, not its name: whoever waits for it looks again at which folder has the
/// name. Where the file system cannot lock folders (NFS), a file beside it says which process has the right.
package final class PathLock: Sendable {
    private let descriptor: CInt
    private let file: LockFile?

    private init(_ descriptor: CInt, _ file: LockFile?) {
        self.descriptor = descriptor
        self.file = file
    }

    deinit {
        close(descriptor)
        file?.remove()
    }

    /// Locks what is at `path`, for which `fallback` is the lock file; nil where another lock file says enough.
    ///
    /// - Throws: `FocusError` when another run has the lock.
    static func acquire(_ path: FilePath, fallback: FilePath?) throws -> PathLock {
        // Somebody who only looks whether a run is at work holds the lock for a moment.
        for attempt in 0..<10 {
            if attempt > 0 { usleep(20_000) }
            let descriptor = unsafe open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { throw FormatError.system(Errno(rawValue: errno), "open", path) }
            var file: LockFile?
            switch lock(descriptor) {
            case .some(true): break
            case .some(false):
                close(descriptor)
                continue
            case nil:
                do { file = try fallback.map { try LockFile(making: $0) } } catch {
                    close(descriptor)
                    throw error
                }
            }
            let lock = PathLock(descriptor, file)
            // The one that had the lock before may have put another folder there.
            if lock.isOn(path) { return lock }
        }
        throw FocusError("another run of focus is replacing it; wait until that has ended", path: path)
    }

    /// Calls `body` while what is at `path` is locked, for which `fallback` is the lock file; nil where another lock
    /// file says enough.
    ///
    /// - Throws: `FocusError` when another run has the lock; what `body` throws.
    static func holding<Result>(
        _ path: FilePath, fallback: FilePath? = nil, _ body: (PathLock) throws -> Result
    ) throws -> Result {
        let lock = try acquire(path, fallback: fallback)
        return try withExtendedLifetime(lock) { try body(lock) }
    }

    /// Whether what is locked is what is at `path` now.
    func isOn(_ path: FilePath) -> Bool {
        var (locked, named) = (stat(), stat())
        return unsafe fstat(descriptor, &locked) == 0 && stat(path.string, &named) == 0
            && locked.st_ino == named.st_ino && locked.st_dev == named.st_dev
    }

    /// Whether another run has the lock of what is at `path`.
    static func isHeld(_ path: FilePath) -> Bool {
        let descriptor = unsafe open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return lock(descriptor) == false
    }

    /// Whether the lock was had; nil where the file system has none.
    private static func lock(_ descriptor: CInt) -> Bool? {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR else { return errno == EWOULDBLOCK ? false : nil }
        }
        return true
    }
}
