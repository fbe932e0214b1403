private import Glibc
internal import SystemPackage
internal import TensorIO

extension InterruptedReplacement {
    /// Makes the target wholly the new one or wholly the old one, and says which in a sentence; nil where another
    /// process just did.
    ///
    /// What is still to do is told by which names exist, so that recovery can be interrupted and begun anew as often
    /// as one likes.
    ///
    /// - Throws: `FocusError`, before anything is changed, where another user could have written the journal or what
    ///   is staged.
    func settle() throws -> String? {
        try refuseOtherWriters()
        return try whileLocked {
            // Another process may have finished this one, and begun another, before the lock was had.
            guard MappedFile.nameExists(path), try InterruptedReplacement(path).journal == journal else { return nil }
            return switch journal.method {
            case .exchange: try settleExchange()
            case .renames: try settleRenames()
            case .moves: try settleMoves()
            }
        }
    }

    /// The witness is a second name of a file of the new folder: the folder that has it is the new one.
    private func settleExchange() throws -> String {
        func isNew(_ folder: FilePath) -> Bool {
            FolderContents.isSameEntry(witness, journal.witness.map { folder.pushing($0) } ?? folder)
        }
        if isNew(target) {
            let kept = try MappedFile.nameExists(staging) ? keepOriginal(staging) : nil
            try Durable.remove(path)
            try Durable.remove(witness)
            return finished(kept)
        }
        guard isNew(staging) || !MappedFile.nameExists(staging) else {
            throw FocusError(
                "and '\(staging)' are the old and the new checkpoint, but which is which cannot be told: look at both, "
                    + "keep the one you want, and remove '\(path)'",
                path: target)
        }
        try Durable.remove(path)
        try Durable.remove(witness)
        HiddenFolder.remove(staging)
        return undone
    }

    private func settleRenames() throws -> String {
        switch (MappedFile.nameExists(target), MappedFile.nameExists(staging), MappedFile.nameExists(old)) {
        case (true, true, false):
            try Durable.remove(path)
            HiddenFolder.remove(staging)
            return undone
        case (false, true, _):
            try Durable.rename(staging, to: target)
            return try finishRenames()
        case (true, false, _):
            return try finishRenames()
        case (false, false, true):
            try Durable.rename(old, to: target)
            try Durable.remove(path)
            return undone
        case (true, true, true):
            throw FocusError(
                "came into being while an interrupted run had moved the old one to '\(old)': move the one of them that "
                    + "you do not want elsewhere, and run 'focus recover' again",
                path: target)
        case (false, false, false):
            throw FocusError("is gone, and so is everything that its journal '\(path)' speaks of", path: target)
        }
    }

    private func finishRenames() throws -> String {
        let kept = try MappedFile.nameExists(old) && journal.original != nil ? keepOriginal(old) : nil
        try Durable.remove(path)
        HiddenFolder.remove(old)
        return finished(kept)
    }

    private func settleMoves() throws -> String {
        let moves = JournaledMoves(journal, in: base)
        try isReverse ? moves.goBack() : moves.goForward()
        var kept: FilePath?
        if !isReverse, journal.original != nil {
            if let main = journal.singleFile {
                for file in journal.taken where MappedFile.nameExists(old.pushing(file)) {
                    let suffix = String(file.string.dropFirst(file.string.hasPrefix(main) ? main.count : 0))
                    kept = try keepOriginal(old.pushing(file), as: main, suffix: suffix)
                }
            } else if MappedFile.nameExists(old) {
                kept = try keepOriginal(old)
            }
        }
        try Durable.remove(path)
        HiddenFolder.remove(old)
        HiddenFolder.remove(staging)
        return isReverse ? undone : finished(kept)
    }

    /// Gives the original its name, or one beside the target where it was to go elsewhere: recovery stays in its
    /// folder.
    private func keepOriginal(
        _ found: FilePath, as name: String? = nil, suffix: String = ""
    ) throws -> FilePath {
        let name = name ?? journal.target.string
        let wanted = journal.original.map { FilePath($0.string + suffix) }
        let names = ["\(name).original"] + (2..<1000).map { "\(name).original-\($0)" }
        let places = names.map { base.appending($0 + suffix) }
        let isWanted = wanted.map { $0.removingLastComponent() == base && $0.lastComponent?.kind == .regular } ?? false
        let place = ((isWanted ? [wanted].compactMap { $0 } : []) + places).first { !MappedFile.nameExists($0) }
        guard let place else { throw FocusError("has too many originals beside it already", path: target) }
        try Durable.rename(found, to: place)
        return place
    }

    private func finished(_ original: FilePath?) -> String {
        let kept = original.map { "; the original is '\($0)'" } ?? ""
        return "'\(target)': finished what an interrupted run had begun; the new checkpoint is in place\(kept)"
    }

    private var undone: String {
        "'\(target)': undid what an interrupted run had begun; the checkpoint is as it was"
    }
}
