internal import SystemPackage
internal import TensorIO

/// Folders and files with hidden names, which this package made and nobody else looks for.
enum HiddenFolder {
    /// Removes what is at `path` and forces that to disk. What cannot be removed stays, for `focus recover`.
    static func remove(_ path: FilePath) {
        FolderContents.remove(path)
        StagedFile.synchronizeFolder(path.removingLastComponent())
    }
}
