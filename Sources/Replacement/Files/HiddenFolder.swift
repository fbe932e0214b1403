internal import SystemPackage
internal import TensorIO

/// Folders and files with hidden names, which this package made and nobody else looks for.
enum HiddenFolder {
    /// Removes what is at `path` and forces that to disk. What cannot be removed stays, for `focus recover`, as does
    /// what a failing disk brings back.
    static func remove(_ path: FilePath) {
        FolderContents.remove(path)
        try? StagedFile.synchronizeFolder(path.removingLastComponent())
    }
}
