internal import Replacement
internal import SystemPackage
internal import TensorIO

extension [FilePath] {
    /// The files of a corpus: a folder stands for the texts in it, and a name with `*` or `?` that no file has for the
    /// files that match it, both in the order of their names' bytes.
    ///
    /// - Throws: `FocusError` where a path is not there or no text, a folder holds no text, or nothing matches.
    var textFiles: [FilePath] {
        get throws(FocusError) {
            var files: [FilePath] = []
            for path in self {
                let isThere = FileOwnership(at: path, followingLinks: true) != nil
                if !isThere, path.components.contains(where: { $0.string.contains { $0 == "*" || $0 == "?" } }) {
                    files += try matching(path)
                    continue
                }
                if let complaint = InputCheck.complaint(about: path, as: .text) { throw complaint }
                if MappedFile.isFolder(path) {
                    files += StagedFolder.entries(of: path).filter(KnownNames.isText).map(path.appending)
                } else {
                    files.append(path)
                }
            }
            return files
        }
    }

    private func matching(_ path: FilePath) throws(FocusError) -> [FilePath] {
        let folder = path.removingLastComponent()
        let shown = folder.isEmpty ? FilePath(".") : folder
        if let shape = MissingInput.shape(of: path) { throw FocusError("matches no file: \(shape)", path: path) }
        guard MappedFile.isFolder(shown) else {
            let isPattern = folder.string.contains { $0 == "*" || $0 == "?" }
            let why =
                isPattern
                ? "* and ? stand for files only where they are in the last name; without quotes the shell knows them "
                    + "everywhere" : "there is no folder '\(folder)'"
            throw FocusError("matches no file: \(why)", path: path)
        }
        let glob = Glob(path.lastComponent?.string ?? "")
        let names = StagedFolder.entries(of: shown).filter { !$0.hasPrefix(".") && glob.matches([UInt8]($0.utf8)) }
        guard !names.isEmpty else {
            let place = folder.isEmpty ? "the current folder" : "'\(folder)'"
            let listing = FolderListing(of: shown, where: KnownNames.isProse)
            throw FocusError("matches no file: of texts \(place) holds \(listing.words)", path: path)
        }
        let files = names.map(folder.appending)
        for file in files {
            if !MappedFile.isFolder(file), let complaint = InputCheck.complaint(about: file, as: .text) {
                throw complaint
            }
        }
        return files
    }
}
