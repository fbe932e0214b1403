package import SystemPackage
internal import TensorIO

extension StagedReplacement {
    /// Calls `body` with the path of a file, or of a folder that is a tensor format's, of the same name as `destination` in a folder of its
    /// own. When it returns, what it made there gets its place after all of it is on disk; when it throws, all of it is removed.
    ///
    /// One file takes its place in one step. Where several files change (a file and its sidecar, an index and its shards) a journal is written
    /// first, so that they are all new or all old, whatever happens on the way.
    ///
    /// - Parameters:
    ///   - sidecarSuffix: what is appended to the name for the file beside it that the format may need. An old one that is not
    ///     replaced is removed.
    ///   - parts: the names of all files that the one at `destination` needs, in place: those that are not replaced are removed.
    package static func placing(
        _ destination: FilePath, _ context: Context, sidecarSuffix: String?, parts: Set<String> = [],
        _ body: (FilePath) throws -> Void
    ) throws {
        guard let name = destination.lastComponent, name.kind == .regular else {
            throw FocusError("is not a name for a file to write", path: destination)
        }
        let overwrites = context.policy != .refuse
        if !overwrites, MappedFile.exists(destination) { throw FormatError.destinationExists(destination) }
        try FolderContents.create(destination.removingLastComponent())
        let place = try ReplacementPlace(destination, resolvesLink: false)
        let lock = try FolderContents.exists(place.target) ? context.lock ?? place.lock() : nil
        try clear(place, context)
        let parent = place.parent
        let staging = parent.appending(HiddenNames.staging(of: name.string))
        try makeStaging(staging)
        // What was exchanged for the new, or what is left of a failure; with a journal it belongs to recovery.
        defer { if InterruptedReplacement.journal(of: place) == nil { remove(staging) } }
        let stagingLock = try PathLock.acquire(staging, fallback: nil)
        defer { withExtendedLifetime((lock, stagingLock)) {} }
        do {
            try body(staging.appending(name))
            if context.isInPlace { try FolderAttributes.carry(to: staging, from: parent, like: name.string) }
        } catch {
            throw renamed(error, from: staging, to: destination.removingLastComponent())
        }
        try Durable.synchronizeAll(below: staging)
        try Durable.synchronize(parent)
        var files = StagedFiles(made: try FolderContents.entries(of: staging), name: name.string, place: place)
        if overwrites {
            var old = parts
            if let sidecarSuffix { old.insert(name.string + sidecarSuffix) }
            files.addStale(old)
        }
        var original: FilePath?
        if case .keep(let path) = context.policy {
            try files.checkKeeping(at: path, suffix: sidecarSuffix)
            original = ReplacementPlace.absolute(path)
        }
        try put(files, from: staging, keeping: original)
    }

    private static func put(_ files: StagedFiles, from staging: FilePath, keeping original: FilePath?) throws {
        let place = files.place
        do {
            if files.taken.isEmpty {
                // The file itself comes last: whoever finds it finds what it needs beside it.
                for entry in files.made {
                    try Durable.rename(staging.appending(entry), to: place.parent.appending(entry))
                }
            } else if files.isSingle, let original {
                try exchange(staging.appending(place.name), place, keeping: original)
            } else if files.isSingle {
                try exchange(staging.appending(place.name), place.target)
            } else {
                var journal = ReplacementJournal(.moves, of: place, original: original)
                journal.target = FilePath("")
                journal.staging = FilePath(staging.lastComponent?.string ?? "")
                journal.old = FilePath(HiddenNames.old(of: place.name))
                journal.taken = files.taken.map { FilePath($0) }
                journal.put = files.made.map { FilePath($0) }
                try moving(journal, named: place.name, in: place.parent)
            }
        } catch let failure as RenameFailure {
            guard failure.errno != .fileExists else { throw FormatError.destinationExists(place.target) }
            throw FocusError("cannot give what was written its name: \(failure.errno)", path: place.target)
        }
    }

    /// Exchanges a file with the one that has its name, as folders are, with a journal that says where the original goes.
    private static func exchange(_ made: FilePath, _ place: ReplacementPlace, keeping original: FilePath) throws {
        let lock = try PathLock.acquire(made, fallback: nil)
        defer { withExtendedLifetime(lock) {} }
        var place = place
        place.stagedName = HiddenNames.new(of: place.name)
        try Durable.rename(made, to: place.staging)
        do {
            try commit(place, keeping: original)
        } catch {
            if InterruptedReplacement.journal(of: place) == nil { remove(place.staging) }
            throw error
        }
    }

    /// Exchanges a file, or a folder of a format, with the one that has its name.
    private static func exchange(_ made: FilePath, _ place: FilePath) throws {
        // Whoever opens the new file to replace it again waits until this run has ended.
        let lock = try PathLock.acquire(made, fallback: nil)
        defer { withExtendedLifetime(lock) {} }
        do { try Durable.exchange(made, place) } catch let failure as RenameFailure
            where failure.isClosed && !FolderContents.isFolder(made) && !FolderTree.isRealFolder(place)
        {
            try Durable.replace(place, by: made)
        }
    }
}
