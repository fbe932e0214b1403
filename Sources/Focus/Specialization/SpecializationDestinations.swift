internal import Corpus
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Every name that a job will write, and every text that it will read, looked at before the checkpoint is opened.
struct SpecializationDestinations {
    private let options: SpecializationOptions
    private let isInPlace: Bool

    init(_ options: SpecializationOptions, isInPlace: Bool) {
        self.options = options
        self.isInPlace = isInPlace
    }

    /// Throws where a name cannot be written, or a text cannot be read.
    func check() throws {
        if let destination = options.destination {
            try StagedReplacement.check(destination.folder, policy: destination.policy, isInPlace: isInPlace)
            guard isInPlace || !FolderContents.contains(destination.folder, options.checkpoint) else {
                throw FocusError(
                    "is a folder that the checkpoint lies in, and would be replaced; choose another name",
                    path: destination.folder)
            }
        }
        for draft in options.drafts where !isInPlace {
            guard let folder = options.destination?.folder,
                FolderContents.isSame(folder, draft) || FolderContents.contains(folder, draft)
            else { continue }
            throw FocusError(
                "is a folder that the draft '\(draft)' lies in, and would be replaced; choose another name",
                path: folder)
        }
        if let path = options.savedPlan {
            try WritableName.check(path, replacing: true)
            guard !isInPlace || !FolderContents.contains(options.checkpoint, path) else {
                throw FocusError("lies in the folder that is replaced; keep the plan elsewhere", path: path)
            }
        }
        if let path = options.report {
            try WritableName.check(path, replacing: true, in: options.destination?.folder)
            guard path != options.savedPlan else {
                throw FocusError("would be both the plan and the report; give them two names", path: path)
            }
        }
        guard !options.rows.text.isEmpty else { return }
        _ = try options.openText()
        if let cache = options.rows.training?.cache { try checkCache(cache) }
    }

    /// A cache of one's own choosing must be one; the usual one is done without where it cannot be had.
    private func checkCache(_ cache: FilePath) throws(FocusError) {
        guard cache != AuxiliaryTraining.defaultCache else { return }
        let folder = FolderContents.targetExists(cache) ? cache : FreeSpace.existingFolder(above: cache)
        guard MappedFile.isFolder(folder) else {
            throw FocusError(
                folder == cache
                    ? "is a file; trained vectors are kept in a folder" : "cannot be made: '\(folder)' is a file",
                path: cache)
        }
        guard WritableName.allows(folder) else {
            guard folder == cache else {
                throw FocusError("cannot be made: nothing may be written in '\(folder)'", path: cache)
            }
            // What was kept there before can still be used.
            options.tell("nothing may be written in '\(cache)': vectors that are trained now are not kept")
            return
        }
    }
}
