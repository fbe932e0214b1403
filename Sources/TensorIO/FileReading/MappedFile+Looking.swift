internal import Glibc
public import SystemPackage

extension MappedFile {
    /// Whether there is something at `path`, be it a link that leads nowhere.
    public static func nameExists(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe lstat(path.string, &status) == 0
    }

    /// Whether there is a folder at `path`, or a link to one.
    public static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Throws where `status`, of `path`, is not that of a regular file.
    static func refuseIrregular(_ status: stat, _ path: FilePath) throws(FormatError) {
        let message: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: message = "is a folder, not a file"
        case S_IFIFO: message = "is a pipe, not a regular file: write what comes out of it to a file first"
        case S_IFSOCK: message = "is a socket, not a regular file"
        default: message = "is a device, not a regular file"
        }
        throw FormatError(.system, message, path: path)
    }
}
