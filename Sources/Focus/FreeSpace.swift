internal import SystemPackage

/// Whether what is to be written fits on the disk.
enum FreeSpace {
    /// Throws where fewer than `needed` bytes are free where `destination` will be.
    static func check(_ needed: Int, at destination: FilePath) throws(FocusError) {
        var folder = destination.removingLastComponent()
        while !folder.isEmpty, !FolderContents.exists(folder) { folder.removeLastComponent() }
        guard let free = FolderContents.freeSpace(at: folder), free < needed else { return }
        throw FocusError(
            "the new checkpoint needs about \(needed) bytes, but only \(free) are free on that disk", path: destination)
    }
}
