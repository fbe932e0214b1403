private import Glibc
internal import SystemPackage
internal import TensorIO

/// Hidden files and folders that runs made at a place, and that nothing needs once their process is gone.
struct Leftovers {
    /// Where they are.
    let paths: [FilePath]
    /// Who may have made them: this user, root, and whoever has the target.
    private let owners: Set<UInt32>

    /// Looks beside the place and within it, for what is not spoken of in a journal.
    init(of place: ReplacementPlace) throws {
        try self.init(target: place.target)
    }

    /// Looks beside `target` and, where it is a folder, within it.
    init(target: FilePath) throws {
        let parent = target.removingLastComponent()
        let name = target.lastComponent?.string ?? ""
        let beside = (try? FolderContents.entries(of: parent)) ?? []
        var paths =
            beside.filter { HiddenNames.isPartial($0, of: name) }
            + [HiddenNames.witness(of: name), HiddenNames.lock(of: name)].filter(beside.contains)
        var found = Leftovers.unspoken(paths, in: parent)
        if FolderTree.isRealFolder(target) {
            paths = try FolderContents.entries(of: target).filter {
                HiddenNames.isOwn($0) && !HiddenNames.isJournal($0)
            }
            found += Leftovers.unspoken(paths, in: target)
        }
        self.paths = found
        owners = Set([geteuid(), 0] + [FileOwnership(at: target)?.owner].compactMap(\.self))
    }

    /// Whose one of them is where it is somebody's whom the target does not concern, as a sentence names a user.
    func foreignOwner(of path: FilePath) -> String? {
        guard let owner = FileOwnership(at: path)?.owner, !owners.contains(owner) else { return nil }
        return FileOwnership.userName(owner)
    }

    /// Those that no journal in `folder` needs.
    private static func unspoken(_ names: [String], in folder: FilePath) -> [FilePath] {
        guard !names.isEmpty else { return [] }
        let journals = InterruptedReplacement.journals(in: folder)
        guard !journals.isEmpty else { return names.map { folder.appending($0) } }
        var spoken: Set<String> = []
        for path in journals {
            guard let journal = try? ReplacementJournal(reading: path) else { return [] }
            spoken.formUnion([journal.staging.string, journal.old.string])
            if journal.witness != nil { spoken.insert(HiddenNames.witness(of: journal.target.string)) }
        }
        return names.filter { !spoken.contains($0) }.map { folder.appending($0) }
    }

    /// Whether the run that made what is at `path` is still at work.
    static func isAlive(_ path: FilePath) -> Bool {
        let name = path.lastComponent?.string ?? ""
        if name.hasSuffix(".focus-lock") { return LockFile.isHeld(path) }
        guard !PathLock.isHeld(path) else { return true }
        var status = stat()
        guard let process = HiddenNames.partial(name)?.process, unsafe lstat(path.string, &status) == 0 else {
            return false
        }
        let changed = max(status.st_mtim.tv_sec, status.st_ctim.tv_sec)
        return RunningProcess(process)?.mayHaveMade(whatChangedAt: changed) ?? false
    }

    /// Removes those whose process is gone, and names them. What is somebody else's stays.
    func removeDead() throws -> [String] {
        paths.filter { foreignOwner(of: $0) == nil && !Leftovers.isAlive($0) }.map { path in
            HiddenFolder.remove(path)
            return "'\(path)'"
        }
    }
}
