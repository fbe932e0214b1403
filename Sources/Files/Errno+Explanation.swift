package import SystemPackage

extension Errno {
    /// What the failure means for a file or folder that was named, with the remedy where one is known.
    package var explanation: String {
        switch self {
        case .noSuchFileOrDirectory: "there is no such file or folder"
        case .permissionDenied, .notPermitted: "permission denied"
        case .noSpace: "the disk is full; free some space and run again"
        case .diskQuotaExceeded: "the disk quota is used up; free some space and run again"
        case .isDirectory: "it is a folder, not a file"
        case .notDirectory: "part of the path is a file, not a folder"
        case .fileExists: "it exists already"
        case .tooManyOpenFiles: "too many files are open; raise the limit with ulimit -n"
        case .readOnlyFileSystem: "the file system is read-only"
        case .ioError: "the disk reports an input/output error"
        default: "\(self)"
        }
    }
}
