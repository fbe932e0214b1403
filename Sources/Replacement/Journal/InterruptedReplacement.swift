private import Glibc
internal import SystemPackage
internal import TensorIO

/// A replacement that ended before its end, and whose journal says what is still to do.
struct InterruptedReplacement {
    /// Where the journal is.
    let path: FilePath
    let journal: ReplacementJournal
    /// Whose the journal is, by the descriptor that it was read through.
    let ownership: FileOwnership
    /// Whether it was being undone.
    let isReverse: Bool

    /// Reads the journal at `path`; a link is not followed.
    init(_ path: FilePath) throws {
        self.path = path
        let file = try FileOwnership.read(path, atMost: ReplacementJournal.maximumByteCount)
        journal = try ReplacementJournal(file.bytes, at: path)
        ownership = file.ownership
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
    var blocksReading: Bool {
        switch journal.method {
        case .exchange: false
        // Whatever has the name between two renames is whole.
        case .renames: !MappedFile.nameExists(target)
        case .moves: true
        }
    }

    /// Whether the run that wrote the journal is still at work.
    var isAtWork: Bool {
        ([staging, old] + (journal.target.isEmpty ? [base] : [target])).contains(where: PathLock.isHeld)
            || LockFile.isHeld(lockFile)
    }

    /// Calls `body` while others are kept from recovering the same; without a lock where nothing is left to lock.
    func whileLocked<Result>(_ body: () throws -> Result) throws -> Result {
        guard let path = [staging, old, target].first(where: FolderContents.targetExists) else { return try body() }
        return try PathLock.holding(path, fallback: lockFile) { _ in try body() }
    }
}

extension InterruptedReplacement {
    /// The sentence about what an interrupted run left, for whoever cannot or must not finish it.
    static func unfinished(_ path: FilePath, _ journal: FilePath, because cause: String? = nil) -> FocusError {
        let reason = cause.map { " (\($0))" } ?? ""
        return FocusError(
            "an interrupted run left it half replaced\(reason); run 'focus recover \(path)', or the interrupted "
                + "command again (the journal is '\(journal)')",
            path: path)
    }

    /// Throws where a replacement of `place` is unfinished.
    static func refuse(at place: ReplacementPlace) throws {
        guard let journal = journal(of: place) else { return }
        try refuseOtherWriters(of: journal)
        throw unfinished(place.target, journal)
    }

    /// Throws where somebody other than this user or root could have written the journal at `path`.
    static func refuseOtherWriters(of path: FilePath) throws(FocusError) {
        guard let writer = FileOwnership(at: path)?.otherWriter() else { return }
        throw foreign(path, writer)
    }

    /// Throws where somebody else could have written the journal or what it would put in place.
    func refuseOtherWriters() throws(FocusError) {
        if let writer = ownership.otherWriter() { throw InterruptedReplacement.foreign(path, writer) }
        for folder in [staging, old] {
            let writer = FileOwnership(at: folder)?
                .otherWriter(besides: journal.owners, allowing: journal.sharedWriting)
            if let writer { throw InterruptedReplacement.foreign(folder, writer) }
        }
    }

    private static func foreign(_ path: FilePath, _ writer: String) -> FocusError {
        FocusError(
            "\(writer): what another user could have written is not acted upon; look at it, then remove it, or run "
                + "'focus recover' as that user",
            path: path)
    }
}
