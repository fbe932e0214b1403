package import SystemPackage
internal import TensorIO

extension StagedReplacement {
    /// Calls `body` with the path of a file, or of a folder that is a tensor format's, of the same name as
    /// `destination` in a folder of its own. When it returns, what it made there gets its place after all of it is on
    /// disk; when it throws, all of it is removed.
    ///
    /// One file takes its place in one step. Where several files change (a file and its sidecar, an index and its
    /// shards), or several are new and none is called `destination` (the parts of a model), a journal is written first,
    /// so that they are all new or all old, whatever happens on the way.
    ///
    /// - Parameters:
    ///   - sidecarSuffix: what is appended to the name for the file beside it that the format may need. An old one
    ///     that is not replaced is removed.
    ///   - parts: the names of all files that the one at `destination` needs, in place, or that it takes the place of:
    ///     those that are not replaced are removed.
    /// - Throws: what `body` throws; `FocusError` or `FormatError` where the destination exists, another run has the
    ///   lock, or names cannot be changed. All files are then as they were.
    package static func placing(
        _ destination: FilePath, _ context: Context, sidecarSuffix: String?, parts: Set<String> = [],
        _ body: (FilePath) throws -> Void
    ) throws {
        guard let name = destination.lastComponent, name.kind == .regular else {
            throw FocusError("is not a name for a file to write", path: destination)
        }
        guard context.policy != .refuse || !MappedFile.nameExists(destination) else {
            throw FormatError.destinationExists(destination)
        }
        try FolderContents.create(destination.removingLastComponent())
        let place = try ReplacementPlace(destination, resolvesLink: false)
        try place.whileLocked(context.lock) {
            try clear(place, context)
            let staging = place.parent.appending(HiddenNames.staging(of: name.string))
            try makeStaging(staging)
            do {
                try PathLock.holding(staging) { _ in
                    let files = try stage(place, context, in: staging, sidecarSuffix: sidecarSuffix, parts: parts, body)
                    try put(files, from: staging, keeping: context.original)
                }
            } catch {
                if mayRemoveStaging(of: place, after: error) { HiddenFolder.remove(staging) }
                throw error
            }
            // What was exchanged for the new.
            HiddenFolder.remove(staging)
        }
    }

    /// Calls `body`, forces all that it made in `staging` to disk, and says what it is to replace.
    private static func stage(
        _ place: ReplacementPlace, _ context: Context, in staging: FilePath, sidecarSuffix: String?, parts: Set<String>,
        _ body: (FilePath) throws -> Void
    ) throws -> StagedFiles {
        let parent = place.parent
        do {
            try body(staging.appending(place.name))
            if context.isInPlace { try FolderAttributes.carry(to: staging, from: parent, like: place.name) }
        } catch {
            throw renamed(error, from: staging, to: parent)
        }
        try Durable.synchronizeAll(below: staging)
        try Durable.synchronize(parent)
        var files = StagedFiles(made: try FolderContents.entries(of: staging), name: place.name, place: place)
        if context.policy == .refuse {
            if let name = files.taken.first { throw FormatError.destinationExists(parent.appending(name)) }
        } else {
            var old = parts
            if let sidecarSuffix { old.insert(place.name + sidecarSuffix) }
            files.addStale(old)
        }
        if case .keep(let path) = context.policy { try files.checkKeeping(at: path, suffix: sidecarSuffix) }
        return files
    }

    private static func put(_ files: StagedFiles, from staging: FilePath, keeping original: FilePath?) throws {
        let place = files.place
        do {
            if files.taken.isEmpty, files.hasMain {
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

    /// Exchanges a file with the one that has its name, as folders are, with a journal that says where the original
    /// goes.
    private static func exchange(_ made: FilePath, _ place: ReplacementPlace, keeping original: FilePath) throws {
        var place = place
        place.stagedName = HiddenNames.new(of: place.name)
        try PathLock.holding(made) { _ in
            try Durable.rename(made, to: place.staging)
            do {
                try commit(place, keeping: original)
            } catch {
                if mayRemoveStaging(of: place, after: error) { HiddenFolder.remove(place.staging) }
                throw error
            }
        }
    }

    /// Exchanges a file, or a folder of a format, with the one that has its name.
    private static func exchange(_ made: FilePath, _ place: FilePath) throws {
        // Whoever opens the new file to replace it again waits until this run has ended.
        try PathLock.holding(made) { _ in
            do { try Durable.exchange(made, place) } catch let failure as RenameFailure
                where failure.isClosed && !MappedFile.isFolder(made) && !FolderTree.isRealFolder(place)
            {
                try Durable.replace(place, by: made)
            }
        }
    }
}
