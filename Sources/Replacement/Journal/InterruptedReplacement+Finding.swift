private import Glibc
internal import SystemPackage
internal import TensorIO

extension InterruptedReplacement {
    /// The journal of an unfinished replacement of `place`, where there is one.
    static func journal(of place: ReplacementPlace) -> FilePath? {
        [HiddenNames.journal(of: place.journalName), HiddenNames.reverseJournal(of: place.journalName)]
            .map { place.base.appending($0) }.first(where: MappedFile.nameExists)
    }

    /// The journals in `folder`.
    static func journals(in folder: FilePath) -> [FilePath] {
        StagedFolder.entries(of: folder).filter(HiddenNames.isJournal).map { folder.appending($0) }
    }

    /// A journal by which what is at `path` may be neither the old nor the new; one that cannot be read may say so.
    static func blockingJournal(of path: FilePath) -> FilePath? {
        journals(concerning: path).first {
            mayBeGenuine($0, for: path) && ((try? InterruptedReplacement($0))?.blocksReading ?? true)
        }
    }

    /// Whether whoever has the journal could have replaced what is at `path`.
    ///
    /// In a folder like /tmp everybody can put a journal beside what only its owner can rename.
    static func mayBeGenuine(_ journal: FilePath, for path: FilePath) -> Bool {
        let folder = journal.removingLastComponent()
        guard let ownership = FileOwnership(at: journal), let base = FileOwnership(at: folder) else { return true }
        let isSticky = base.permissions & UInt32(S_ISVTX) != 0
        guard isSticky, base.permissions & FileOwnership.sharedWriting != 0 else { return true }
        // What the journal would replace: the entry of its folder that leads to `path`.
        guard let resolved = ReplacementPlace.resolved(path), var name = Optional(resolved),
            name.removePrefix(folder), let entry = name.components.first,
            let target = FileOwnership(at: folder.appending(entry))
        else { return true }
        return [geteuid(), 0, base.owner, target.owner].contains(ownership.owner)
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
        if MappedFile.isFolder(resolved) {
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
                    .map { place.appending($0) }.filter(MappedFile.nameExists)
            }
            folder = parent
        }
        var seen: Set<FilePath> = []
        return found.filter { seen.insert($0).inserted }
    }
}
