private import Glibc
internal import SystemPackage
internal import TensorIO

/// Moves entries out of the target and staged ones into it, one after the other; what is still to do can be seen from
/// which names exist.
///
/// 1. Everything staged is on disk, then the journal. From here on the replacement goes forward, whoever carries it on.
/// 2. What goes away is moved to the old folder; then all folders that lost or won a name are forced to disk.
///    Otherwise a loss of power could let a new file take the place of an old one that had not yet been moved away.
/// 3. What is new is moved to the target; then the folders are forced to disk, before the journal goes.
/// 4. The journal is removed, and the folder forced to disk before the old files are removed: without the journal
///    nothing would say that the target is whole.
///
/// Going back is the same in reverse order, after the journal got its other name.
package struct JournaledMoves {
    let target: FilePath
    let staging: FilePath
    let old: FilePath
    let taken: [FilePath]
    let put: [FilePath]
    /// The name of the one that needs the others, where files are replaced and no folder.
    let singleFile: String?

    /// What `journal`, which lies in `base`, says.
    init(_ journal: ReplacementJournal, in base: FilePath) {
        target = base.pushing(journal.target)
        staging = base.pushing(journal.staging)
        old = base.pushing(journal.old)
        (taken, put) = (journal.taken, journal.put)
        singleFile = journal.singleFile
    }

    /// Does what is still to do.
    func goForward() throws {
        try checkFolders()
        // Where it exists it was looked at, and what is made now is nobody else's.
        if !taken.isEmpty, !MappedFile.nameExists(old) { try FolderContents.createNew(old) }
        let isPut = Set(put)
        for path in taken {
            // Where the new one is staged no more, it has its place, and the old one was taken before.
            guard !isPut.contains(path) || exists(staging, path), exists(target, path) else { continue }
            try makeFolders(above: path)
            try move(path, from: target, to: old)
        }
        try synchronizeFolders(of: taken, in: [old, target])
        for path in put where exists(staging, path) { try move(path, from: staging, to: target) }
        try synchronizeFolders(of: put, in: [target, staging])
    }

    /// Undoes what was done.
    func goBack() throws {
        try checkFolders()
        for path in put where !exists(staging, path) && exists(target, path) {
            try move(path, from: target, to: staging)
        }
        try synchronizeFolders(of: put, in: [staging, target])
        for path in taken where exists(old, path) { try move(path, from: old, to: target) }
        try synchronizeFolders(of: taken, in: [target, old])
    }

    /// Gives what was taken the name of the original; undone when it throws. Of files that belong together each gets
    /// its own.
    func keep(_ original: FilePath) throws {
        guard let main = singleFile else { return try Durable.rename(old, to: original) }
        var kept: [(from: FilePath, to: FilePath)] = []
        for path in taken where exists(old, path) {
            let place = StagedFiles.kept(path.string, of: main, at: original)
            do {
                try Durable.rename(old.pushing(path), to: place)
                kept.append((old.pushing(path), place))
            } catch let failure as UndoFailure {
                throw failure
            } catch {
                for (from, to) in kept { try Durable.rename(to, to: from) }
                throw error
            }
        }
    }

    private func exists(_ folder: FilePath, _ path: FilePath) -> Bool {
        MappedFile.nameExists(folder.pushing(path))
    }

    private func move(_ path: FilePath, from: FilePath, to: FilePath) throws {
        let (source, destination) = (from.pushing(path), to.pushing(path))
        guard !MappedFile.nameExists(destination) else {
            throw FocusError("came into being while its folder was being replaced; move it away", path: destination)
        }
        guard unsafe rename(source.string, destination.string) == 0 else {
            throw FormatError.system(Errno(rawValue: errno), "move '\(source)' to", destination)
        }
    }

    /// Makes the folders that `path` needs in the old folder; they are forced to disk with all others.
    private func makeFolders(above path: FilePath) throws {
        try FolderContents.create(old.pushing(path).removingLastComponent())
    }

    private func synchronizeFolders(of paths: [FilePath], in roots: [FilePath]) throws {
        var folders: Set<FilePath> = []
        for path in paths {
            var folder = path
            // A folder that was made needs its own name on disk, too.
            while folder.removeLastComponent(), folders.insert(folder).inserted {}
        }
        for root in roots where MappedFile.isFolder(root) {
            for folder in folders.sorted(by: { $0.components.count > $1.components.count })
            where FolderTree.isRealFolder(root.pushing(folder)) {
                try Durable.synchronize(root.pushing(folder))
            }
            try Durable.synchronizeParents([root])
        }
    }

    /// Throws where a link would lead out of the folders that are worked on.
    private func checkFolders() throws {
        var paths: Set<FilePath> = [FilePath("")]
        for path in taken + put {
            var folder = path
            while folder.removeLastComponent(), paths.insert(folder).inserted {}
        }
        for root in [target, staging, old] {
            for path in paths.map({ root.pushing($0) })
            where MappedFile.nameExists(path) && !FolderTree.isRealFolder(path) {
                throw FocusError("is a link or a file where a folder is to be replaced", path: path)
            }
        }
    }
}

extension JournaledMoves {
    /// What makes the folder `target` into `staging`: entries that are the same file under two names stay.
    static func plan(from target: FilePath, to staging: FilePath) throws -> (taken: [FilePath], put: [FilePath]) {
        var (taken, put): ([FilePath], [FilePath]) = ([], [])
        func compare(_ folder: FilePath) throws {
            let old = try FolderContents.entries(of: target.pushing(folder)).filter { !HiddenNames.isOwn($0) }
            let new = try FolderContents.entries(of: staging.pushing(folder)).filter { !HiddenNames.isOwn($0) }
            let isNew = Set(new)
            taken += old.filter { !isNew.contains($0) }.map { folder.appending($0) }
            let isOld = Set(old)
            for name in new {
                let path = folder.appending(name)
                guard isOld.contains(name) else {
                    put.append(path)
                    continue
                }
                let (a, b) = (target.pushing(path), staging.pushing(path))
                if FolderTree.isRealFolder(a), FolderTree.isRealFolder(b) {
                    try compare(path)
                } else if !isSameEntry(a, b) {
                    taken.append(path)
                    put.append(path)
                }
            }
        }
        try compare(FilePath(""))
        return (taken, put)
    }

    private static func isSameEntry(_ a: FilePath, _ b: FilePath) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe lstat(a.string, &first) == 0, unsafe lstat(b.string, &second) == 0 else { return false }
        if first.st_ino == second.st_ino, first.st_dev == second.st_dev { return true }
        guard let link = FolderTree.link(at: a) else { return false }
        return link == FolderTree.link(at: b)
    }
}
