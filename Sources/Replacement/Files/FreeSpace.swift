package import SystemPackage

/// Whether what is to be written fits on the disk.
package enum FreeSpace {
    /// Throws where fewer than `needed` bytes are free where `path` will be.
    ///
    /// - Parameter name: what the user calls it.
    package static func check(_ needed: Int, at path: FilePath, for name: FilePath? = nil) throws(FocusError) {
        guard let free = FolderContents.freeSpace(at: existingFolder(above: path)), free < needed else { return }
        throw FocusError(
            "the new checkpoint needs about \(needed) bytes, but only \(free) are free on that disk",
            path: name ?? path, code: .room)
    }

    /// The nearest folder above `path` that exists.
    package static func existingFolder(above path: FilePath) -> FilePath {
        var folder = path.removingLastComponent()
        while !folder.isEmpty, !FolderContents.exists(folder) { folder.removeLastComponent() }
        return folder.isEmpty ? "." : folder
    }
}
