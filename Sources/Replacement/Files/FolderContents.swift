internal import Files
private import Glibc
package import SystemPackage
internal import TensorIO

/// What a folder holds, and the few things that are done to folders.
package enum FolderContents {
    /// Whether there is anything at `path`, a link counting as what it points to: one that leads nowhere is a name, and
    /// no target (`MappedFile.nameExists`).
    package static func targetExists(_ path: FilePath) -> Bool {
        unsafe access(path.string, F_OK) == 0
    }

    /// Whether `path` is a regular file.
    package static func isFile(_ path: FilePath) -> Bool {
        mode(path).map { $0 & S_IFMT == S_IFREG } ?? false
    }

    /// Whether two paths lead to one file or folder.
    package static func isSame(_ a: FilePath, _ b: FilePath) -> Bool {
        var (first, second) = (stat(), stat())
        return unsafe stat(a.string, &first) == 0 && stat(b.string, &second) == 0 && first.st_ino == second.st_ino
            && first.st_dev == second.st_dev
    }

    /// Whether `path` is within `folder`, however deep.
    package static func contains(_ folder: FilePath, _ path: FilePath) -> Bool {
        var above = path
        for _ in 0..<path.components.count {
            above = above.removingLastComponent()
            if isSame(folder, above.isEmpty ? "." : above) { return true }
        }
        return false
    }

    /// The size of the file at `path` in bytes; 0 where there is none.
    package static func byteCount(of path: FilePath) -> Int {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The free space of the file system that holds `path`, in bytes, or nil where it cannot be known.
    package static func freeSpace(at path: FilePath) -> Int? {
        var status = statvfs()
        guard unsafe statvfs(path.isEmpty ? "." : path.string, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    private static func mode(_ path: FilePath) -> mode_t? {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 ? status.st_mode : nil
    }

    /// The names of the entries of the folder at `path`, sorted by bytes.
    ///
    /// - Throws: `FocusError` where it is no folder, or may not be listed.
    package static func entries(of path: FilePath) throws(FocusError) -> [String] {
        do throws(Errno) {
            return try FolderNames.list(path)
        } catch {
            throw FocusError("cannot list the folder: \(error)", path: path)
        }
    }

    /// The files below the folder at `path`, as paths relative to it, sorted; links count as what they point to.
    ///
    /// - Parameter entersHidden: whether hidden folders are looked into, which are version control's and caches'.
    /// - Throws: `FocusError` where a folder may not be listed, or folders are nested more than 32 deep.
    package static func files(below path: FilePath, entersHidden: Bool = true) throws(FocusError) -> [FilePath] {
        try files(below: path, under: FilePath(""), depth: 0, entersHidden)
    }

    private static func files(
        below root: FilePath, under folder: FilePath, depth: Int, _ entersHidden: Bool
    ) throws(FocusError) -> [FilePath] {
        guard depth < 32 else { throw FocusError("folders are nested too deep (a link to itself?)", path: root) }
        var files: [FilePath] = []
        for name in try entries(of: root.pushing(folder)) where !HiddenNames.isOwn(name) {
            let relative = folder.appending(name)
            if MappedFile.isFolder(root.pushing(relative)) {
                guard entersHidden || !name.hasPrefix(".") else { continue }
                files += try self.files(below: root, under: relative, depth: depth + 1, entersHidden)
            } else {
                files.append(relative)
            }
        }
        return files
    }

    /// Makes the folder at `path` and those above it.
    ///
    /// - Throws: `FocusError` where a file has the name, or the folder above may not be written.
    package static func create(_ path: FilePath) throws(FocusError) {
        guard !path.isEmpty, !MappedFile.isFolder(path) else { return }
        try create(path.removingLastComponent())
        guard unsafe mkdir(path.string, 0o777) == 0 || errno == EEXIST else {
            throw FocusError("cannot make the folder: \(Errno(rawValue: errno))", path: path)
        }
    }

    /// Makes the folder at `path`, which must not exist: so nobody else has it.
    package static func createNew(_ path: FilePath) throws(FocusError) {
        guard unsafe mkdir(path.string, 0o777) != 0 else { return }
        let failure = Errno(rawValue: errno)
        guard failure == .fileExists, let ownership = FileOwnership(at: path) else {
            throw FocusError("cannot make the folder: \(failure)", path: path)
        }
        throw FocusError(
            "exists, where a folder for this run alone is to be made; it belongs to "
                + "\(FileOwnership.userName(ownership.owner)): remove it",
            path: path)
    }

    /// Whether two names are of one file, neither of them a link to it.
    static func isSameEntry(_ a: FilePath, _ b: FilePath) -> Bool {
        var (first, second) = (stat(), stat())
        return unsafe lstat(a.string, &first) == 0 && lstat(b.string, &second) == 0
            && first.st_ino == second.st_ino && first.st_dev == second.st_dev
    }
}
