internal import Files
public import SystemPackage

extension FormatError {
    /// The failure of a system call on `path`, as a sentence with the remedy where one is known.
    ///
    /// - Parameter errno: what the system answered.
    /// - Parameter path: the file or folder.
    /// - Parameter action: what was attempted, as in "open" or "write".
    public static func system(_ errno: Errno, _ action: String, _ path: FilePath) -> FormatError {
        FormatError(.system, "cannot \(action): \(errno.explanation)", path: path)
    }

    /// The failure to map the file at `path`.
    static func mapping(_ errno: Errno, _ path: FilePath) -> FormatError {
        guard errno == .noMemory else { return .system(errno, "map", path) }
        return FormatError(
            .system,
            "cannot map: the process may use no more addresses, or map no more files; raise ulimit -v or the system's "
                + "vm.max_map_count",
            path: path)
    }
}
