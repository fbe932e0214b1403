private import Glibc
internal import SystemPackage
internal import TensorIO

/// A replacement that ended before its end, and whose journal says what is still to do.
struct InterruptedReplacement {
    /// Where the journal is.
    let path: FilePath
    let journal: ReplacementJournal
    /// Whether it was being undone.
    let isReverse: Bool

    /// Reads the journal at `path`.
    init(_ path: FilePath) throws {
        self.path = path
        journal = try ReplacementJournal(reading: path)
        isReverse = path.lastComponent?.string.hasSuffix("-back") ?? false
    }

    var base: FilePath { path.removingLastComponent() }
    /// What is being replaced.
    var target: FilePath { base.pushing(journal.target) }
    var staging: FilePath { base.pushing(journal.staging) }
    var old: FilePath { base.pushing(journal.old) }
    var witness: FilePath { base.appending(HiddenNames.witness(of: journal.target.string)) }
    private var lockFile: FilePath {
        base.appending(HiddenNames.lock(of: journal.target.string))
    }

    /// Whether what is at the target may be neither the old nor the new.
    var blocksReading: Bool { journal.method != .exchange }

    /// Whether the run that wrote the journal is still at work.
    var isAtWork: Bool {
        ([staging, old] + (journal.target.isEmpty ? [base] : [target])).contains(where: PathLock.isHeld)
            || LockFile.isHeld(lockFile)
    }

    /// Keeps others from recovering at the same time; nil where nothing is left to lock.
    func lock() throws -> PathLock? {
        guard let path = [staging, old, target].first(where: FolderContents.exists) else { return nil }
        return try PathLock.acquire(path, fallback: lockFile)
    }

    // MARK: Finding

    /// The journal of an unfinished replacement of `place`, where there is one.
    static func journal(of place: ReplacementPlace) -> FilePath? {
        [HiddenNames.journal(of: place.journalName), HiddenNames.reverseJournal(of: place.journalName)]
            .map { place.base.appending($0) }.first(where: MappedFile.exists)
    }

    /// Throws where a replacement of `place` is unfinished.
    static func refuse(at place: ReplacementPlace) throws {
        if let journal = journal(of: place) { throw unfinished(place.target, journal) }
    }

    /// The sentence of whoever cannot or must not recover.
    static func unfinished(_ path: FilePath, _ journal: FilePath, because cause: String? = nil) -> FocusError {
        let reason = cause.map { " (\($0))" } ?? ""
        return FocusError(
            "an interrupted run left it half replaced\(reason); run 'focus recover' on it (the journal is '\(journal)')",
            path: path)
    }

    /// The journals in `folder`.
    static func journals(in folder: FilePath) -> [FilePath] {
        StagedFolder.entries(of: folder).filter(HiddenNames.isJournal).map { folder.appending($0) }
    }

    /// A journal by which what is at `path` may be neither the old nor the new; one that cannot be read may say so.
    static func blockingJournal(of path: FilePath) -> FilePath? {
        journals(concerning: path).first { (try? InterruptedReplacement($0))?.blocksReading ?? true }
    }

    /// The journals that speak of what is at `path`: of itself, of a folder above, of what is in it.
    static func journals(concerning path: FilePath) -> [FilePath] {
        let above = path.removingLastComponent()
        let resolved =
            ReplacementPlace.resolved(path)
            ?? path.lastComponent.flatMap { name in
                ReplacementPlace.resolved(above.isEmpty ? "." : above)?.appending(name)
            }
        guard let resolved else { return [] }
        var found: [FilePath] = []
        if FolderContents.isFolder(resolved) {
            found += journals(in: resolved)
        } else if let name = resolved.lastComponent {
            // Files that are replaced together have one journal, that of the first of them.
            found += journals(in: resolved.removingLastComponent()).filter { path in
                guard let journal = try? ReplacementJournal(reading: path), journal.method == .moves else {
                    return false
                }
                return (journal.taken + journal.put).contains { $0.components.first == name }
            }
        }
        var folder = resolved
        while let name = folder.lastComponent?.string {
            let parent = folder.removingLastComponent()
            for (place, name) in [(parent, name), (folder, "")] {
                found += [HiddenNames.journal(of: name), HiddenNames.reverseJournal(of: name)]
                    .map { place.appending($0) }.filter(FolderContents.isFile)
            }
            folder = parent
        }
        var seen: Set<FilePath> = []
        return found.filter { seen.insert($0).inserted }
    }
}
