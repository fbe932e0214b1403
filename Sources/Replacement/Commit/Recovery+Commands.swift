private import Glibc
public import SystemPackage
internal import TensorIO

extension Recovery {
    /// Finishes or undoes what interrupted runs left of the checkpoint at `path`, which is about to be replaced, and
    /// says so in sentences.
    ///
    /// Waits a little for a run that is at work.
    ///
    /// - Throws: `FocusError` that names `focus recover` where it cannot; one that names file and owner, before
    ///   anything is changed, where another user could have written what it would act upon.
    public static func settle(_ path: FilePath) throws -> [String] {
        try InterruptedReplacement.journals(concerning: path).compactMap { journal in
            try InterruptedReplacement.refuseOtherWriters(of: journal)
            return try lookAt(journal, of: path) { try $0.settle() }
        }
    }

    /// What interrupted runs left of the checkpoint at `path`, which is about to be read, in sentences; nothing is
    /// changed.
    ///
    /// Waits a little for a run that is at work. A journal of somebody who could not have replaced the checkpoint says
    /// nothing about it.
    ///
    /// - Throws: `FocusError` that names `focus recover` where what is there may be neither the old nor the new.
    public static func unfinished(_ path: FilePath) throws -> [String] {
        try InterruptedReplacement.journals(concerning: path).compactMap { journal in
            guard InterruptedReplacement.mayBeGenuine(journal, for: path) else {
                let owner = FileOwnership(at: journal).map { FileOwnership.userName($0.owner) } ?? "somebody else"
                return "'\(journal)': is disregarded, for it belongs to \(owner), who cannot have replaced '\(path)'"
            }
            return try lookAt(journal, of: path) { replacement in
                guard !replacement.blocksReading else { throw InterruptedReplacement.unfinished(path, journal) }
                return
                    "'\(path)': is whole, but an interrupted run left its replacement unfinished; run 'focus recover "
                    + "\(path)', or the interrupted command again (the journal is '\(journal)')"
            }
        }
    }

    /// Calls `body` with what `journal` speaks of, once no run is at work on it; nil where the journal goes meanwhile.
    private static func lookAt(
        _ journal: FilePath, of path: FilePath, _ body: (InterruptedReplacement) throws -> String?
    ) throws -> String? {
        do {
            let replacement = try InterruptedReplacement(journal)
            for _ in 0..<100 where replacement.isAtWork && FolderContents.isFile(journal) { usleep(50_000) }
            guard FolderContents.isFile(journal) else { return nil }
            guard !replacement.isAtWork else {
                guard replacement.blocksReading else { return nil }
                throw FocusError("another run of focus is replacing it; wait until that has ended", path: path)
            }
            return try body(replacement)
        } catch {
            // A run that ended by itself meanwhile took its journal along.
            guard MappedFile.nameExists(journal) else { return nil }
            if let error = error as? FocusError, error.path == path { throw error }
            throw InterruptedReplacement.unfinished(path, journal, because: "\(error)")
        }
    }
}
