private import Glibc
internal import SystemPackage
internal import TensorIO

/// Gives a file a second name instead of copying it, where the file system can.
enum FileLink {
    /// Makes `destination` the same file as `source`, or a copy of it where that cannot be.
    static func linkOrCopy(_ source: FilePath, to destination: FilePath) throws(FormatError) {
        // A symbolic link is followed: it is the file that gets the name.
        guard unsafe linkat(AT_FDCWD, source.string, AT_FDCWD, destination.string, AT_SYMLINK_FOLLOW) != 0 else {
            return
        }
        try FileCopy.copy(source, to: destination)
    }

    /// Whether the file `source` could get a name in `folder`: whether both are on one file system.
    static func canLink(_ source: FilePath, into folder: FilePath) -> Bool {
        guard let a = device(of: source), let b = device(of: folder.isEmpty ? "." : folder) else { return false }
        return a == b
    }

    private static func device(of path: FilePath) -> dev_t? {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 ? status.st_dev : nil
    }
}

extension Specialization {
    /// The bytes of tensor files that need no room below `destination`, because they only get another name there.
    func linkedByteCount(at destination: FilePath) -> Int {
        var folder = destination.removingLastComponent()
        while !folder.isEmpty, !FolderContents.exists(folder) { folder = folder.removingLastComponent() }
        let moved = Set(positions.shifts.map(\.tensor.name))
        return checkpoint.files.reduce(0) { total, file in
            let path = checkpoint.folder.appending(file.name)
            let isUntouched = !file.reader.tensors.contains {
                tensors.entry(named: $0.name) != nil || moved.contains($0.name)
            }
            return isUntouched && FileLink.canLink(path, into: folder)
                ? total + FolderContents.byteCount(of: path) : total
        }
    }
}
