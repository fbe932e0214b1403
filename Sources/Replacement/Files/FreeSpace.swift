package import SystemPackage

/// Whether what is to be written fits on the disk.
package enum FreeSpace {
    /// Throws where fewer than `needed` bytes are free where `path` will be.
    ///
    /// - Parameter name: what the user calls it.
    package static func check(_ needed: Int, at path: FilePath, for name: FilePath? = nil) throws(FocusError) {
        guard let free = FolderContents.freeSpace(at: existingFolder(above: path)), free < needed else { return }
        throw FocusError(
            "what is written needs about \(text(of: needed)), but only \(text(of: free)) are free on that disk",
            path: name ?? path, code: .room)
    }

    /// A number of bytes as people read it: `90.8 MB`.
    package static func text(of bytes: Int) -> String {
        var (tenths, unit) = (max(0, bytes), "B")
        guard tenths >= 1000 else { return "\(tenths) B" }
        for next in ["kB", "MB", "GB", "TB"] where unit == "B" || tenths >= 10_000 {
            tenths = unit == "B" ? tenths / 100 : tenths / 1000
            unit = next
        }
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }

    /// The nearest folder above `path` that exists.
    package static func existingFolder(above path: FilePath) -> FilePath {
        var folder = path.removingLastComponent()
        while !folder.isEmpty, !FolderContents.targetExists(folder) { folder.removeLastComponent() }
        return folder.isEmpty ? "." : folder
    }
}
