internal import Replacement
internal import SystemPackage
internal import TensorIO

extension [FilePath] {
    /// The files of a corpus: a folder stands for the texts in it, and a name with `*` or `?` that no file has for the
    /// files that match it, both in the order of their names' bytes.
    ///
    /// - Throws: `FocusError` where a folder holds no text, or nothing matches.
    var textFiles: [FilePath] {
        get throws(FocusError) {
            var files: [FilePath] = []
            for path in self {
                let isPattern = path.lastComponent?.string.contains { $0 == "*" || $0 == "?" } ?? false
                if MappedFile.isFolder(path) {
                    let names = StagedFolder.entries(of: path).filter(isText)
                    guard !names.isEmpty else {
                        throw FocusError(
                            "is a folder without text: none of its files ends in .txt, .jsonl, .json or .ndjson, nor "
                                + "in one of these and .gz or .zst", path: path)
                    }
                    files += names.map(path.appending)
                } else if isPattern, FileOwnership(at: path, followingLinks: true) == nil {
                    files += try matching(path)
                } else {
                    files.append(path)
                }
            }
            return files
        }
    }

    private func matching(_ path: FilePath) throws(FocusError) -> [FilePath] {
        let folder = path.removingLastComponent()
        let glob = Glob(path.lastComponent?.string ?? "")
        let names = StagedFolder.entries(of: folder.isEmpty ? "." : folder).filter {
            !$0.hasPrefix(".") && glob.matches([UInt8]($0.utf8))
        }
        guard !names.isEmpty else { throw FocusError("matches no file", path: path) }
        return names.map(folder.appending)
    }

    /// Whether a file of a folder is a text, by its name.
    private func isText(_ name: String) -> Bool {
        guard !name.hasPrefix(".") else { return false }
        let plain = [".gz", ".zst"].first(where: name.hasSuffix).map { String(name.dropLast($0.count)) } ?? name
        return [".txt", ".jsonl", ".json", ".ndjson"].contains(where: plain.hasSuffix)
    }
}
