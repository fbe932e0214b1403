internal import SystemPackage
internal import TensorIO

/// Names could not be changed; nothing is different from before.
struct RenameFailure: Error, CustomStringConvertible {
    let errno: Errno
    let from: FilePath
    let to: FilePath

    /// Whether the file system, or this folder, does not allow this way of changing names at all.
    var isClosed: Bool {
        let closed: [Errno] = [
            .invalidArgument, .noFunction, .notSupported, .improperLink, .resourceBusy, .permissionDenied,
            .notPermitted,
        ]
        return closed.contains(errno)
    }

    var description: String {
        FormatError.system(errno, "rename '\(from)' to this", to).description
    }
}
