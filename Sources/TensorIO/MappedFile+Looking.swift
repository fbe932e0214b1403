private import Glibc
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
}
