private import Glibc
internal import SystemPackage

/// The current folder of this process, where it is within a folder that is about to be replaced.
struct WorkingFolder {
    private let path: FilePath

    /// Nil where the current folder is elsewhere.
    init?(within target: FilePath) {
        guard let path = ReplacementPlace.resolved("."), path.starts(with: target) else { return nil }
        self.path = path
    }

    /// Goes to the folder that has the name now, so that relative paths mean what they meant.
    ///
    /// - Returns: whether it is another one.
    func follow() -> Bool {
        guard !FolderContents.isSame(path, ".") else { return false }
        return unsafe chdir(path.string) == 0
    }
}
