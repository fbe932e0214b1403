public import SystemPackage

extension FormatError {
    /// The failure of a system call on `path`, as a sentence with the remedy where one is known.
    ///
    /// - Parameter errno: what the system answered.
    /// - Parameter path: the file or folder.
    /// - Parameter action: what was attempted, as in "open" or "write".
    public static func system(_ errno: Errno, _ action: String, _ path: FilePath) -> FormatError {
        let remedy: String
        switch errno {
        case .noSuchFileOrDirectory: remedy = "there is no such file or folder"
        case .permissionDenied, .notPermitted: remedy = "permission denied"
        case .noSpace: remedy = "the disk is full; free some space and run again"
        case .diskQuotaExceeded: remedy = "the disk quota is used up; free some space and run again"
        case .isDirectory: remedy = "it is a folder, not a file"
        case .notDirectory: remedy = "part of the path is a file, not a folder"
        case .fileExists: remedy = "it exists already"
        case .tooManyOpenFiles: remedy = "too many files are open; raise the limit with ulimit -n"
        case .readOnlyFileSystem: remedy = "the file system is read-only"
        case .ioError: remedy = "the disk reports an input/output error"
        default: remedy = "\(errno)"
        }
        return FormatError(.system, "cannot \(action): \(remedy)", path: path)
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
