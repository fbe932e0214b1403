private import Glibc
internal import Parallel
internal import SystemPackage
internal import TensorIO

extension StagedReplacement {
    /// Puts what is staged in the place of the target, after all of it is on disk.
    ///
    /// In one step where the file system can exchange two names; otherwise by renaming the target and then the staged
    /// folder; otherwise, where the target cannot be renamed, by moving its files. The last two are written down in a
    /// journal before they begin. Where one way turns out to be closed nothing has been changed, and the next is
    /// taken.
    static func commit(_ place: ReplacementPlace, keeping original: FilePath?) throws {
        do {
            try change(place, keeping: original)
        } catch var failure as UndoFailure {
            failure.target = place.target
            throw failure
        }
    }

    private static func change(_ place: ReplacementPlace, keeping original: FilePath?) throws {
        if place.isWhole {
            if try isOpen({ try exchange(place, keeping: original) }) { return }
            guard FolderTree.isRealFolder(place.target) else { return try renaming(place, keeping: original) }
            if try isOpen({ try renaming(place, keeping: original) }) { return }
        }
        var journal = ReplacementJournal(.moves, of: place, original: original)
        (journal.taken, journal.put) = try JournaledMoves.plan(from: place.target, to: place.staging)
        if original != nil { try prepareOriginal(of: place, without: journal.taken) }
        try moving(journal, named: place.journalName, in: place.base)
    }

    /// Changes names by `way`; false where the file system or the folder does not allow that way, and nothing was
    /// changed.
    private static func isOpen(_ way: () throws -> Void) throws -> Bool {
        do {
            try way()
            return true
        } catch let failure as RenameFailure where failure.isClosed {
            return false
        }
    }

    /// Makes the folder of the original with all that stays, under second names; what is taken from the target comes
    /// later.
    private static func prepareOriginal(of place: ReplacementPlace, without taken: [FilePath]) throws {
        let tree = try FolderTree(place.target)
        func stays(_ path: FilePath) -> Bool { !taken.contains { path.starts(with: $0) } }
        do {
            try FolderContents.createNew(place.old)
            for folder in tree.folders where stays(folder) { try FolderContents.create(place.old.pushing(folder)) }
            try KeptFiles(folder: place.target, staging: place.old).place(tree.files.filter(stays), monitor: .none)
            try FolderAttributes.carry(from: place.target, to: place.old, isWhole: true)
            try Durable.synchronizeAll(below: place.old)
        } catch {
            HiddenFolder.remove(place.old)
            throw error
        }
    }

    /// 1. With an original to keep: a second name for one of the new files (the witness), on disk before the journal,
    ///    and that before the exchange. Afterwards the witness tells which of the two folders is the new one, whatever
    ///    else was lost.
    /// 2. The exchange, and the folder above forced to disk: before that nothing of the old folder may be removed, for
    ///    it might be the one that has the name after a loss of power.
    /// 3. The original gets its name, then the journal goes; or it is removed.
    private static func exchange(_ place: ReplacementPlace, keeping original: FilePath?) throws {
        guard let original else {
            try Durable.exchange(place.staging, place.target)
            return HiddenFolder.remove(place.staging)
        }
        let witness = place.base.appending(HiddenNames.witness(of: place.name))
        let path = place.base.appending(HiddenNames.journal(of: place.journalName))
        guard let file = try newFile(in: place.staging),
            unsafe link(place.staging.pushing(file).string, witness.string) == 0
        else { throw RenameFailure(errno: .notSupported, from: place.staging, to: place.target) }
        var journal = ReplacementJournal(.exchange, of: place, original: original)
        journal.witness = file.isEmpty ? nil : file
        do {
            try journal.write(to: path)
            try Durable.exchange(place.staging, place.target)
        } catch {
            // Where an exchange could neither be forced to disk nor be undone, only the journal still says which is
            // the original.
            if FolderContents.isSameEntry(witness, place.target.pushing(file)) {
                try Durable.persistently { try Durable.exchange(place.staging, place.target) }
            }
            try settled(path, witness)
            throw (error as? UndoFailure)?.cause ?? error
        }
        do {
            try Durable.rename(place.staging, to: original)
        } catch let failure as UndoFailure {
            // The journal stays: recovery goes on from either name.
            throw failure
        } catch {
            // The target gets its folder back; where even that fails, the journal is left for recovery.
            try Durable.persistently { try Durable.exchange(place.staging, place.target) }
            try settled(path, witness)
            throw FocusError("cannot keep the original: \(error)", path: original)
        }
        try settled(path, witness)
    }

    /// Removes a journal of which nothing is left to do, and its witness after it: one without the other would mislead.
    private static func settled(_ journal: FilePath, _ witness: FilePath? = nil) throws {
        try Durable.persistently { try Durable.remove(journal) }
        if let witness { try Durable.persistently { try Durable.remove(witness) } }
    }

    /// A file that exists in the staged folder only; an empty path where a file is staged.
    private static func newFile(in folder: FilePath) throws -> FilePath? {
        let files = FolderTree.isRealFolder(folder) ? try FolderTree(folder).files : [FilePath("")]
        return files.first { file in
            var status = stat()
            return unsafe lstat(folder.pushing(file).string, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                && status.st_nlink == 1
        }
    }

    /// 1. The journal, on disk.
    /// 2. The target gets the old name; on disk before 3., for otherwise the staged folder might have the target's
    ///    name without the old one having its own.
    /// 3. The staged folder gets the target's name; on disk before the journal goes, and that before anything old is
    ///    removed.
    private static func renaming(_ place: ReplacementPlace, keeping original: FilePath?) throws {
        let path = place.base.appending(HiddenNames.journal(of: place.journalName))
        try ReplacementJournal(.renames, of: place, original: original).write(to: path)
        do {
            try Durable.rename(place.target, to: place.old)
        } catch let failure as UndoFailure {
            // The journal stays: recovery goes on from either name.
            throw failure
        } catch {
            try settled(path)
            throw error
        }
        do {
            try Durable.rename(place.staging, to: place.target)
        } catch let failure as UndoFailure {
            throw failure
        } catch {
            try Durable.persistently { try Durable.rename(place.old, to: place.target) }
            try settled(path)
            throw error
        }
        if let original {
            do {
                try Durable.rename(place.old, to: original)
            } catch let failure as UndoFailure {
                throw failure
            } catch {
                try Durable.persistently { try Durable.rename(place.target, to: place.staging) }
                try Durable.persistently { try Durable.rename(place.old, to: place.target) }
                try settled(path)
                throw FocusError("cannot keep the original: \(error)", path: original)
            }
        }
        try settled(path)
        HiddenFolder.remove(place.old)
    }

    /// Carries out `journal`, which lies in `base` under the name that goes with `name`, or leaves everything as it
    /// was.
    static func moving(_ journal: ReplacementJournal, named name: String, in base: FilePath) throws {
        let path = base.appending(HiddenNames.journal(of: name))
        let moves = JournaledMoves(journal, in: base)
        if !FolderTree.isRealFolder(moves.old) { try FolderContents.createNew(moves.old) }
        do {
            try journal.write(to: path)
        } catch {
            // With the journal the old folder belongs to recovery.
            if !MappedFile.nameExists(path) { HiddenFolder.remove(moves.old) }
            throw error
        }
        do {
            try moves.goForward()
            if let original = journal.original { try moves.keep(original) }
        } catch let failure as UndoFailure {
            throw failure
        } catch {
            let reverse = base.appending(HiddenNames.reverseJournal(of: name))
            do {
                try Durable.persistently { try Durable.rename(path, to: reverse) }
                try Durable.persistently { try moves.goBack() }
                try settled(reverse)
            } catch let second {
                throw FocusError(
                    "could neither be replaced (\(error)) nor be put back (\(second)): run 'focus recover' on it",
                    path: moves.target)
            }
            HiddenFolder.remove(moves.old)
            throw error
        }
        try settled(path)
        HiddenFolder.remove(moves.old)
        HiddenFolder.remove(moves.staging)
    }
}
