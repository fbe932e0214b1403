internal import Files
private import Glibc
package import SystemPackage

extension FolderContents {
    /// Removes what is at `path` and all below it; links are removed, never followed. What cannot be removed stays.
    ///
    /// Names are looked up in folders that are open, so that nobody can put a link in the place of one meanwhile.
    package static func remove(_ path: FilePath) {
        unsafe path.withPlatformString { unsafe remove($0, in: AT_FDCWD) }
    }

    private static func remove(_ name: UnsafePointer<CChar>, in folder: CInt) {
        guard unsafe unlinkat(folder, name, 0) != 0, errno == EISDIR || errno == EPERM else { return }
        let inner = unsafe openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner >= 0 {
            // A folder that may not be written has to be before it can be emptied.
            var status = stat()
            if unsafe fstat(inner, &status) == 0, status.st_mode & S_IRWXU != S_IRWXU {
                fchmod(inner, status.st_mode & 0o7777 | S_IRWXU)
            }
            empty(inner)
        }
        unsafe unlinkat(folder, name, AT_REMOVEDIR)
    }

    /// Removes what is in the open folder, and closes it.
    private static func empty(_ folder: CInt) {
        defer { close(folder) }
        guard let names = try? FolderNames.list(keepingOpen: folder) else { return }
        for name in names { unsafe name.withUnsafeBufferPointer { unsafe remove($0.baseAddress!, in: folder) } }
    }
}
