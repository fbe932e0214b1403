internal import CSystemShims
private import Glibc
package import SystemPackage
internal import TensorIO

/// Changes of names, each of them on disk when its function returns, and in the order of the calls.
///
/// A name that was changed is certain only after an `fsync` of the folder that holds it; of two changes without one
/// between them the second may survive a loss of power without the first.
package enum Durable {
    /// Forces the names in `folder` to disk, where the file system can.
    static func synchronize(_ folder: FilePath) throws(FormatError) {
        try StagedFile.synchronizeFolder(folder)
    }

    /// Forces all files below `folder` and all names in it to disk. Links are left alone, and what they point to.
    static func synchronizeAll(below folder: FilePath) throws {
        let tree = try FolderTree(folder)
        for file in tree.files { try synchronize(file: folder.pushing(file)) }
        // From below: a folder's own entry comes after what it holds.
        for inner in tree.folders.reversed() { try synchronize(folder.pushing(inner)) }
        try synchronize(folder)
    }

    /// Forces the contents of all files below `folder` to disk.
    ///
    /// - Throws: `FocusError` where a folder cannot be listed, `FormatError` where the disk fails.
    package static func synchronizeFiles(below folder: FilePath) throws {
        for file in try FolderTree(folder).files { try synchronize(file: folder.pushing(file)) }
    }

    private static func synchronize(file: FilePath) throws(FormatError) {
        var status = stat()
        guard unsafe lstat(file.string, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let descriptor = unsafe open(file.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            // A file that only got a second name need not be readable; its contents were there before.
            guard status.st_nlink == 1 || errno != EACCES else { return }
            throw .system(Errno(rawValue: errno), "open", file)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(Errno(rawValue: errno), "force to disk", file) }
    }

    /// Gives `from` the name `to`, which must be free; on disk when it returns.
    ///
    /// - Throws: `RenameFailure` where nothing was changed; `UndoFailure` where it was and could not be put back; for
    ///   anything else it was put back.
    static func rename(_ from: FilePath, to: FilePath) throws {
        let failure = unsafe Errno(rawValue: focus_rename_exclusive(from.string, to.string))
        guard failure.rawValue == 0 else { throw RenameFailure(errno: failure, from: from, to: to) }
        try certainly(from, to) { unsafe focus_rename_exclusive(to.string, from.string) }
    }

    /// Exchanges the names of `a` and `b` in one step; on disk when it returns. Throws as `rename` does.
    static func exchange(_ a: FilePath, _ b: FilePath) throws {
        let failure = unsafe Errno(rawValue: focus_rename_exchange(a.string, b.string))
        guard failure.rawValue == 0 else { throw RenameFailure(errno: failure, from: a, to: b) }
        try certainly(a, b) { unsafe focus_rename_exchange(a.string, b.string) }
    }

    /// Forces the names that were just changed to disk, or puts them back by `undo`, which returns an errno.
    private static func certainly(_ from: FilePath, _ to: FilePath, undo: () -> CInt) throws {
        do {
            try synchronizeParents([from, to])
        } catch {
            guard undo() == 0 else { throw UndoFailure(from: from, to: to, isChanged: true, cause: error) }
            // Only what is on disk was put back for certain.
            guard (try? synchronizeParents([from, to])) != nil else {
                throw UndoFailure(from: from, to: to, isChanged: false, cause: error)
            }
            throw error
        }
    }

    /// Gives the file at `from` the name `to` in place of what has it, in one step; on disk when it returns.
    static func replace(_ to: FilePath, by from: FilePath) throws {
        guard unsafe Glibc.rename(from.string, to.string) == 0 else {
            throw RenameFailure(errno: Errno(rawValue: errno), from: from, to: to)
        }
        try synchronizeParents([from, to])
    }

    /// Does `body`, and once more when it throws: for what puts names back, which one failure of a disk must not stop.
    static func persistently(_ body: () throws -> Void) throws {
        do { try body() } catch let failure as UndoFailure where failure.isChanged {
            // The names are as they were wanted: only the disk has to know.
            do { try synchronizeParents([failure.from, failure.to]) } catch { throw failure }
        } catch { try body() }
    }

    /// Removes the file at `path`, where there is one; on disk when it returns.
    static func remove(_ path: FilePath) throws(FormatError) {
        guard unsafe unlink(path.string) == 0 || errno == ENOENT else {
            throw .system(Errno(rawValue: errno), "remove", path)
        }
        try synchronizeParents([path])
    }

    /// Forces the folders that hold `paths` to disk, each once.
    static func synchronizeParents(_ paths: [FilePath]) throws(FormatError) {
        var seen: Set<FilePath> = []
        for path in paths {
            let parent = path.removingLastComponent()
            if seen.insert(parent).inserted { try synchronize(parent) }
        }
    }
}
