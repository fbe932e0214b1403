internal import CSystemShims
private import Glibc
public import SystemPackage
internal import TensorIO

/// A folder that is made beside its final place and takes that place in one step when it is whole.
public enum StagedReplacement {
    /// What to do where the destination exists.
    public enum Policy: Sendable, Hashable {
        /// It is an error.
        case refuse
        /// The old folder is removed after the exchange.
        case replace
        /// The old folder is kept under this name, which must be free.
        case keep(FilePath)
    }

    /// Calls `body` with an empty folder beside `destination`. When it returns, the folder gets the name `destination`, after
    /// every name in it is on disk; when it throws, the folder is removed and the destination is as it was.
    public static func replacing(
        _ destination: FilePath, policy: Policy, _ body: (FilePath) throws -> Void
    ) throws {
        try check(destination, policy: policy)
        let parent = destination.removingLastComponent()
        try FolderContents.create(parent)
        let name = ".\(destination.lastComponent?.string ?? "output").\(getpid()).partial"
        let staging = parent.appending(name)
        FolderContents.remove(staging)
        try FolderContents.create(staging)
        do {
            try body(staging)
            FolderContents.synchronize(staging)
            try commit(staging, destination, policy)
        } catch {
            FolderContents.remove(staging)
            throw renamed(error, from: staging, to: destination)
        }
    }

    /// `error` about the file as it would have been called, were it not for the failure.
    static func renamed(_ error: any Error, from staging: FilePath, to place: FilePath) -> any Error {
        guard var error = error as? FormatError, var path = error.path, path.removePrefix(staging) else { return error }
        error.path = path.isEmpty ? place : place.pushing(path)
        return error
    }

    /// Throws where `policy` does not allow to write `destination`.
    public static func check(_ destination: FilePath, policy: Policy) throws(FocusError) {
        guard destination.lastComponent?.kind == .regular else {
            throw FocusError("is not a name for a folder to write", path: destination)
        }
        guard FolderContents.exists(destination) else { return try checkParent(of: destination) }
        switch policy {
        case .refuse:
            throw FocusError(
                "exists already; choose another name, or pass --overwrite to replace it", path: destination)
        case .keep(let original) where FolderContents.exists(original):
            throw FocusError(
                "exists already, so the original cannot be kept there; choose another name", path: original)
        case .replace, .keep:
            guard FolderContents.isFolder(destination) else {
                throw FocusError("is a file; only a folder can be replaced by a checkpoint", path: destination)
            }
        }
    }

    /// Throws where the folder above `destination` neither exists nor can be made.
    private static func checkParent(of destination: FilePath) throws(FocusError) {
        let path = FreeSpace.existingFolder(above: destination)
        guard FolderContents.isFolder(path) else {
            throw FocusError("is a file, so '\(destination)' cannot be made below it", path: path)
        }
        guard unsafe access(path.string, W_OK) == 0 else {
            throw FocusError("nothing may be written there, so '\(destination)' cannot be made", path: path)
        }
    }

    private static func commit(_ staging: FilePath, _ destination: FilePath, _ policy: Policy) throws(FocusError) {
        if FolderContents.exists(destination), policy != .refuse {
            let failure = unsafe Errno(rawValue: focus_rename_exchange(staging.string, destination.string))
            guard failure.rawValue == 0 else {
                throw FocusError("cannot exchange the new folder with the old one: \(failure)", path: destination)
            }
            if case .keep(let original) = policy {
                let failure = unsafe Errno(rawValue: focus_rename_exclusive(staging.string, original.string))
                guard failure.rawValue == 0 else {
                    throw FocusError(
                        "the new checkpoint is in place, but the original could not be kept: \(failure)", path: original
                    )
                }
                StagedFile.synchronizeFolder(original.removingLastComponent())
            } else {
                FolderContents.remove(staging)
            }
        } else {
            let failure = unsafe Errno(rawValue: focus_rename_exclusive(staging.string, destination.string))
            guard failure.rawValue == 0 else {
                let cause = failure == .fileExists ? "it came into being while this was running" : "\(failure)"
                throw FocusError("cannot give the finished folder its name: \(cause)", path: destination)
            }
        }
        StagedFile.synchronizeFolder(destination.removingLastComponent())
    }
}
