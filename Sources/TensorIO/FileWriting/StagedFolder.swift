private import CSystemShims
private import Files
private import Glibc
public import SystemPackage

/// A folder of files that is being written beside its final name, and gets that name when it is whole.
public enum StagedFolder {
    /// Calls `body` with a new, empty folder; when it returns, the folder is named `path`; when it throws, it is
    /// removed.
    ///
    /// A folder that is replaced must hold nothing but files whose names `isOwn` knows, so that nothing else is ever
    /// lost.
    ///
    /// - Throws: `FormatError` with code `destinationExists` when there is something at `path` that is not to be
    ///   replaced.
    public static func write(
        _ path: FilePath, options: WriteOptions, isOwn: (String) -> Bool,
        _ body: (FilePath) throws(FormatError) -> Void
    ) throws(FormatError) {
        let exists = MappedFile.nameExists(path)
        if exists {
            guard options.replacesExisting else { throw .destinationExists(path) }
            try checkContents(of: path, isOwn: isOwn)
        }
        let temporary = StagedFile.temporaryPath(beside: path)
        guard unsafe mkdir(temporary.string, 0o777) == 0 else {
            throw .system(Errno(rawValue: errno), "create a folder", path)
        }
        do throws(FormatError) {
            try body(temporary)
            if options.synchronizes { try StagedFile.synchronizeFolder(temporary) }
            try rename(temporary, to: path, exchanging: exists)
        } catch {
            removeFiles(of: temporary)
            throw error.moved(from: temporary, to: path)
        }
        // What was exchanged is the folder that was replaced.
        if exists { removeFiles(of: temporary) }
        if options.synchronizes { try StagedFile.synchronizeFolder(path.removingLastComponent()) }
    }

    private static func rename(
        _ temporary: FilePath, to path: FilePath, exchanging: Bool
    ) throws(FormatError) {
        // An empty folder gives way to another by itself, on any file system.
        if exchanging, entries(of: path).isEmpty, unsafe Glibc.rename(temporary.string, path.string) == 0 { return }
        let failure = unsafe Errno(
            rawValue: exchanging
                ? focus_rename_exchange(temporary.string, path.string)
                : focus_rename_exclusive(temporary.string, path.string))
        guard failure != .fileExists else { throw .destinationExists(path) }
        guard failure.rawValue == 0 else { throw .system(failure, "rename the finished folder to", path) }
    }

    private static func checkContents(of path: FilePath, isOwn: (String) -> Bool) throws(FormatError) {
        guard MappedFile.isFolder(path) else {
            throw FormatError(.destinationExists, "is a file where a folder is to be written; remove it", path: path)
        }
        if let foreign = entries(of: path).first(where: { !isOwn($0) || MappedFile.isFolder(path.appending($0)) }) {
            throw FormatError(
                .destinationExists,
                "holds '\(foreign)', which would be lost; choose another name, or remove the folder",
                path: path)
        }
    }

    /// The names of what is in the folder at `path`, in the order of their bytes; none where there is no such folder.
    public static func entries(of path: FilePath) -> [String] {
        (try? FolderNames.list(path)) ?? []
    }

    /// Removes the files of a folder and then the folder; never a folder within.
    private static func removeFiles(of folder: FilePath) {
        for entry in entries(of: folder) { StagedFile.remove(folder.appending(entry)) }
        unsafe rmdir(folder.string)
    }
}

extension FormatError {
    /// The same error about the file as it would have been called.
    fileprivate func moved(from temporary: FilePath, to path: FilePath) -> FormatError {
        var error = self
        if let file = error.path, file.starts(with: temporary) {
            error.path = file == temporary ? path : path.appending(file.lastComponent?.string ?? "")
        }
        return error.at(path)
    }
}
