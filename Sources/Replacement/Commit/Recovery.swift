private import Glibc
public import JSON
public import SystemPackage
internal import TensorIO

/// Finds and clears what interrupted runs left at a checkpoint; what belongs to a run that is at work is left alone.
public enum Recovery {
    /// Something that a run left.
    public struct Finding: Sendable {
        /// What becomes of it.
        public enum State: String, Sendable {
            /// It was cleared.
            case done
            /// It would be cleared.
            case pending
            /// A run that is at work needs it.
            case inUse
            /// It could not be cleared.
            case failed
        }

        /// The file or folder.
        public let path: FilePath
        /// What becomes of it.
        public let state: State
        /// The same in a sentence.
        public let sentence: String

        /// The finding as JSON.
        public var json: JSONBuilder {
            .object([
                .init("path", .text(path.string)), .init("state", .text(state.rawValue)),
                .init("sentence", .text(sentence)),
            ])
        }
    }

    /// Finishes or undoes unfinished replacements of what is at `path`, then removes what dead runs left beside it and
    /// in it.
    ///
    /// What another user could have written is not acted upon: its finding has failed, and names file and owner.
    ///
    /// - Parameter path: a checkpoint folder or a tensor file.
    /// - Parameter isDry: whether nothing is changed.
    /// - Throws: `FocusError` where nothing of that name is there and nothing that a run left of it.
    public static func run(at path: FilePath, isDry: Bool) throws -> [Finding] {
        let findings = InterruptedReplacement.journals(concerning: path).map { journal($0, isDry) }
        let place: ReplacementPlace
        do { place = try ReplacementPlace(path, resolvesLink: true) } catch {
            guard findings.isEmpty else { return findings }
            throw error
        }
        guard MappedFile.isFolder(place.parent) else {
            throw FocusError("there is no such folder", path: place.parent)
        }
        let leftovers = try Leftovers(target: place.target)
        guard !findings.isEmpty || !leftovers.paths.isEmpty || MappedFile.nameExists(place.target) else {
            throw FocusError("there is no such file or folder, and nothing that a run left of one", path: path)
        }
        return findings + leftovers.paths.map { leftover($0, isDry, foreignOwner: leftovers.foreignOwner(of: $0)) }
    }

    private static func journal(_ path: FilePath, _ isDry: Bool) -> Finding {
        do {
            let replacement = try InterruptedReplacement(path)
            try replacement.refuseOtherWriters()
            if replacement.isAtWork {
                return Finding(path: path, state: .inUse, sentence: "'\(path)': the journal of a run that is at work")
            }
            if isDry {
                return Finding(
                    path: path, state: .pending,
                    sentence: "'\(replacement.target)': an interrupted run left it half replaced; it would be "
                        + "finished or undone")
            }
            let sentence = try replacement.settle()
            return Finding(path: path, state: .done, sentence: sentence ?? "'\(path)': another process just did this")
        } catch {
            return Finding(path: path, state: .failed, sentence: "\(error)")
        }
    }

    private static func leftover(_ path: FilePath, _ isDry: Bool, foreignOwner: String?) -> Finding {
        if let foreignOwner {
            return Finding(
                path: path, state: .failed,
                sentence: "'\(path)': belongs to \(foreignOwner), whose it is to remove; it is left alone")
        }
        if Leftovers.isAlive(path) {
            return Finding(path: path, state: .inUse, sentence: "'\(path)': belongs to a run that is at work")
        }
        if isDry {
            return Finding(
                path: path, state: .pending, sentence: "'\(path)': left by an interrupted run; it would be removed")
        }
        HiddenFolder.remove(path)
        guard !MappedFile.nameExists(path) else {
            return Finding(path: path, state: .failed, sentence: "'\(path)': cannot be removed")
        }
        return Finding(path: path, state: .done, sentence: "'\(path)': left by an interrupted run; removed")
    }
}
