private import Glibc
public import SystemPackage
internal import TensorIO

/// A folder that is made beside its final place and takes that place in one step when it is whole.
///
/// 1. The folder that has the name is locked, and so is the staged one: whoever comes second is told so.
/// 2. The new folder is made under a hidden name on the same file system. Files that stay get a second name there.
/// 3. Every file in it is forced to disk, then every folder from below, then the folder above it: only what was forced
///    is certain after a loss of power. Nothing before this has touched a name that anybody looks for.
/// 4. The names are exchanged (`commit`), the folder above is forced to disk, and only then the old folder is removed.
///
/// A process that dies on the way leaves hidden names at most, or a journal; `InterruptedReplacement` and `Recovery`
/// find them.
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

    /// What a replacement has to know beside its destination.
    package struct Context {
        /// What happens where the destination exists.
        package let policy: Policy
        /// Whether the destination is the source: a link stands for the folder it points to, and permissions, owners
        /// and times are carried over.
        package let isInPlace: Bool
        /// The lock of the destination, where it is had already.
        let lock: PathLock?
        /// Where the original is kept, as an absolute path.
        var original: FilePath? {
            if case .keep(let path) = policy { return ReplacementPlace.absolute(path) }
            return nil
        }
        /// Hears what the user should know.
        let tell: @Sendable (String) -> Void

        package init(
            policy: Policy = .refuse, isInPlace: Bool = false, lock: PathLock? = nil,
            tell: @escaping @Sendable (String) -> Void = { _ in }
        ) {
            self.policy = policy
            self.isInPlace = isInPlace
            self.lock = lock
            self.tell = tell
        }
    }

    /// Calls `body` with an empty folder beside `destination`. When it returns, the folder gets the name `destination`,
    /// after everything in it is on disk; when it throws, the folder is removed and the destination is as it was.
    ///
    /// - Throws: what `body` throws; `FocusError` where `policy` does not allow it, or another run has the lock;
    ///   `FormatError` where the disk fails.
    package static func replacing(
        _ destination: FilePath, policy: Policy, _ body: (FilePath) throws -> Void
    ) throws {
        try replacing(destination, Context(policy: policy), body)
    }

    /// The same with all that a command says of it.
    ///
    /// - Throws: as above.
    package static func replacing(_ destination: FilePath, _ context: Context, _ body: (FilePath) throws -> Void) throws
    {
        try check(destination, policy: context.policy, isInPlace: context.isInPlace)
        try FolderContents.create(destination.removingLastComponent())
        let place = try ReplacementPlace(destination, resolvesLink: context.isInPlace)
        if context.isInPlace, FolderTree.link(at: destination) != nil {
            context.tell("'\(destination)' is a link: the folder that it points to, '\(place.target)', is replaced")
        }
        try place.whileLocked(context.lock) {
            try clear(place, context)
            try makeStaging(place.staging)
            do {
                try PathLock.holding(place.staging) { try fill(place, context, locked: $0, body) }
            } catch {
                if mayRemoveStaging(of: place, after: error) { HiddenFolder.remove(place.staging) }
                throw renamed(error, from: place.staging, to: destination)
            }
        }
    }

    /// Whether nothing can need what is staged once `error` has ended a replacement of `place`.
    ///
    /// With a journal it belongs to recovery; where names could neither be made certain nor be put back it may be the
    /// old checkpoint.
    static func mayRemoveStaging(of place: ReplacementPlace, after error: any Error) -> Bool {
        !(error is UndoFailure) && InterruptedReplacement.journal(of: place) == nil
    }

    /// Removes what dead runs left at `place`; throws where a replacement of it is unfinished.
    static func clear(_ place: ReplacementPlace, _ context: Context) throws {
        try InterruptedReplacement.refuse(at: place)
        let cleared = try Leftovers(of: place).removeDead()
        if !cleared.isEmpty { context.tell("removed what an interrupted run left: \(cleared.joined(separator: ", "))") }
    }

    /// Makes the empty staged folder; one of the same name was left by a process that had the same number.
    static func makeStaging(_ folder: FilePath) throws {
        if MappedFile.nameExists(folder) {
            guard !PathLock.isHeld(folder) else {
                throw FocusError("is being written by this process already", path: folder)
            }
            HiddenFolder.remove(folder)
        }
        // One that exists now could be anybody's.
        try FolderContents.createNew(folder)
    }

    /// Calls `body` with the staged folder, and puts it in place. The folder is locked until the end, under whichever
    /// name.
    private static func fill(
        _ place: ReplacementPlace, _ context: Context, locked: PathLock, _ body: (FilePath) throws -> Void
    ) throws {
        try body(place.staging)
        guard locked.isOn(place.staging) else {
            // A format that is a folder put another one there.
            return try PathLock.holding(place.staging) { _ in try finish(place, context) }
        }
        try finish(place, context)
    }

    private static func finish(_ place: ReplacementPlace, _ context: Context) throws {
        let staging = place.staging
        if context.isInPlace { try FolderAttributes.carry(from: place.target, to: staging, isWhole: place.isWhole) }
        try Durable.synchronizeAll(below: staging)
        try Durable.synchronize(place.base)
        let current = place.isWhole ? WorkingFolder(within: place.target) : nil
        switch context.policy {
        case .refuse: try name(place)
        case _ where !MappedFile.nameExists(place.target): try name(place)
        case .replace, .keep: try commit(place, keeping: context.original)
        }
        if let current, current.follow() {
            context.tell("the current folder was replaced: go to '\(place.target)' again to see the new one")
        }
    }

    /// Gives the staged folder a name that nothing has.
    private static func name(_ place: ReplacementPlace) throws {
        do { try Durable.rename(place.staging, to: place.target) } catch let failure as RenameFailure {
            let cause = failure.errno == .fileExists ? "it came into being while this was running" : "\(failure.errno)"
            throw FocusError("cannot give the finished folder its name: \(cause)", path: place.target)
        }
    }

    /// `error` about the file as it would have been called, were it not for the failure.
    static func renamed(_ error: any Error, from staging: FilePath, to place: FilePath) -> any Error {
        guard var error = error as? FormatError, var path = error.path, path.removePrefix(staging) else { return error }
        error.path = path.isEmpty ? place : place.pushing(path)
        return error
    }

    /// Throws where `policy` does not allow to write `destination`.
    package static func check(_ destination: FilePath, policy: Policy) throws {
        try check(destination, policy: policy, isInPlace: false)
    }

    /// Throws where `policy` does not allow to write `destination`, which is the source where `isInPlace`.
    package static func check(_ destination: FilePath, policy: Policy, isInPlace: Bool) throws(FocusError) {
        let place = try ReplacementPlace(destination, resolvesLink: isInPlace)
        guard MappedFile.nameExists(destination) else { return try checkParent(of: destination) }
        if policy == .refuse {
            throw FocusError(
                "exists already; choose another name, or pass --overwrite to replace it", path: destination,
                code: .destination)
        }
        guard FolderContents.targetExists(destination) else {
            throw FocusError(
                "is a link to '\(FolderTree.link(at: destination) ?? "")', where there is nothing: remove the link, or "
                    + "name another folder",
                path: destination, code: .destination)
        }
        guard MappedFile.isFolder(destination) else {
            throw FocusError(
                "is a file; only a folder can be replaced by a checkpoint", path: destination, code: .destination)
        }
        guard unsafe access(place.base.string, W_OK | X_OK) == 0 else {
            throw FocusError(
                "nothing may be written there, nor in the folder above, so it cannot be replaced", path: destination,
                code: .destination)
        }
        if case .keep(let original) = policy { try place.checkKeeping(at: original) }
    }

    /// Throws where the folder above `destination` neither exists nor can be made.
    private static func checkParent(of destination: FilePath) throws(FocusError) {
        let path = FreeSpace.existingFolder(above: destination)
        guard MappedFile.isFolder(path) else {
            throw FocusError("is a file, so '\(destination)' cannot be made below it", path: path, code: .destination)
        }
        guard unsafe access(path.string, W_OK) == 0 else {
            throw FocusError(
                "nothing may be written there, so '\(destination)' cannot be made", path: path, code: .destination)
        }
    }
}
