internal import CSystemShims
private import Glibc
package import SystemPackage
internal import TensorIO

/// A name that is to be replaced, and where the hidden names are that this takes.
///
/// A folder is renamed as a whole where that can be. Where something is mounted at it, or nothing may be written in
/// the folder above, its name cannot be changed: then the hidden names are within it, and its files are moved one
/// after the other.
package struct ReplacementPlace {
    /// The folder or file to replace, as the system knows it: absolute, without links in the folders above.
    let target: FilePath
    /// Whether the target is renamed as a whole.
    let isWhole: Bool
    /// The name of what is staged, where that is no folder.
    var stagedName: String?

    /// Finds out how what is at `path` can be replaced.
    ///
    /// - Parameter resolvesLink: whether a link stands for the folder that it points to; otherwise the link itself is
    ///   replaced.
    /// - Throws: `FocusError` where `path` does not end with a name, or is the root of all folders.
    package init(_ path: FilePath, resolvesLink: Bool) throws(FocusError) {
        let whole = resolvesLink && MappedFile.isFolder(path) ? ReplacementPlace.resolved(path) : nil
        if let whole {
            target = whole
        } else {
            guard let name = path.lastComponent, name.kind == .regular else {
                throw FocusError("is not a name for a folder to write", path: path)
            }
            let above = path.removingLastComponent()
            let parent = ReplacementPlace.resolved(above.isEmpty ? "." : above)
            target = (parent ?? above).appending(name)
        }
        guard target.lastComponent != nil else { throw FocusError("is the root of all folders", path: path) }
        isWhole = !FolderTree.isRealFolder(target) || ReplacementPlace.canRename(target)
    }

    /// The target's own name.
    package var name: String { target.lastComponent?.string ?? "" }
    /// The folder above the target.
    var parent: FilePath { target.removingLastComponent() }
    /// The folder that the hidden names are in.
    var base: FilePath { isWhole ? parent : target }
    /// What hidden names are made of.
    var hiddenName: String { isWhole ? name : HiddenNames.inside }
    /// What the names of journal and lock are made of; those within the target need not say whose they are.
    var journalName: String { isWhole ? name : "" }

    package var staging: FilePath { base.appending(stagedName ?? HiddenNames.staging(of: hiddenName)) }
    var old: FilePath { base.appending(HiddenNames.old(of: hiddenName)) }
    var lockFile: FilePath { base.appending(HiddenNames.lock(of: journalName)) }

    /// Locks what is there.
    ///
    /// - Throws: `FocusError` where another run has the lock, or another user could have written it.
    package func lock() throws -> PathLock {
        try PathLock.acquire(target, fallback: lockFile)
    }

    /// Calls `body` while what is there is locked, by `held` where the lock is had already; without a lock where
    /// nothing is there.
    func whileLocked<Result>(_ held: PathLock?, _ body: () throws -> Result) throws -> Result {
        guard held == nil, MappedFile.nameExists(target) else { return try withExtendedLifetime(held) { try body() } }
        return try PathLock.holding(target, fallback: lockFile) { _ in try body() }
    }

    /// `path` without links and dots, or nil where it leads nowhere.
    static func resolved(_ path: FilePath) -> FilePath? {
        guard let text = unsafe realpath(path.string, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe FilePath(platformString: text)
    }

    private static func canRename(_ folder: FilePath) -> Bool {
        let parent = folder.removingLastComponent()
        guard unsafe focus_is_mount_root(folder.string) == 0, unsafe access(parent.string, W_OK | X_OK) == 0 else {
            return false
        }
        var (own, above) = (stat(), stat())
        guard unsafe stat(folder.string, &own) == 0, unsafe stat(parent.string, &above) == 0 else { return false }
        // In folders like /tmp only the owner of a name, or of the folder, may change it.
        let isSticky = above.st_mode & S_ISVTX != 0 && geteuid() != 0
        return own.st_dev == above.st_dev && (!isSticky || own.st_uid == geteuid() || above.st_uid == geteuid())
    }

    /// Throws where the original could not be kept at `original`.
    package func checkKeeping(at original: FilePath) throws(FocusError) {
        guard let name = original.lastComponent, name.kind == .regular else {
            throw FocusError("is not a name for the original to be kept under", path: original)
        }
        guard !MappedFile.nameExists(original) else {
            throw FocusError(
                "exists already, so the original cannot be kept there; choose another name", path: original)
        }
        let above = original.removingLastComponent()
        guard let folder = ReplacementPlace.resolved(above.isEmpty ? "." : above), MappedFile.isFolder(folder)
        else {
            throw FocusError("there is no folder above it in which the original could be kept; make it", path: original)
        }
        guard !folder.starts(with: target) else {
            throw FocusError("lies in what is replaced, so the original cannot be kept there", path: original)
        }
        guard unsafe access(folder.string, W_OK | X_OK) == 0 else {
            throw FocusError("nothing may be written there, so the original cannot be kept there", path: original)
        }
        guard isWhole else {
            throw FocusError(
                "cannot be renamed, because something is mounted there or nothing may be written in the folder above: "
                    + "leave out --keep-original, or write to another folder",
                path: target)
        }
        guard unsafe focus_is_same_mount(folder.string, parent.string) != 0 else {
            throw FocusError(
                "is on another file system, and the original keeps its place on disk: choose a name beside '\(target)'",
                path: original)
        }
        try checkLinks(movingTo: folder)
    }

    /// Throws where a link in the target, or the target itself, would lead elsewhere from within `folder`.
    private func checkLinks(movingTo folder: FilePath) throws(FocusError) {
        guard folder != parent else { return }
        let isFolder = FolderTree.isRealFolder(target)
        for file in isFolder ? try FolderTree(target).files : [FilePath("")] {
            guard let link = FolderTree.link(at: target.pushing(file)), FilePath(link).isRelative else { continue }
            guard isFolder else {
                throw FocusError(
                    "is a link to '\(link)', which would lead elsewhere from '\(folder)': keep the original beside it",
                    path: target)
            }
            // As many steps up as lead out of the target.
            var depth = file.components.count - 1
            for component in FilePath(link).components {
                depth += component.kind == .parentDirectory ? -1 : component.kind == .regular ? 1 : 0
                guard depth >= 0 else {
                    throw FocusError(
                        "'\(file)' is a link to '\(link)', which would lead elsewhere from there: keep the original "
                            + "beside '\(target)'",
                        path: folder)
                }
            }
        }
    }

    /// Where the original goes; its folder was checked.
    static func absolute(_ original: FilePath) -> FilePath {
        let above = original.removingLastComponent()
        let folder = resolved(above.isEmpty ? "." : above) ?? above
        return original.lastComponent.map { folder.appending($0) } ?? original
    }
}
