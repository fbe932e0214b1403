package import Parallel
package import SystemPackage

/// Files of a folder that is replaced which stay as they are: they get a second name in the staged folder, so that nothing is written.
package struct KeptFiles {
    /// The folder that is replaced.
    let folder: FilePath
    /// The staged one.
    let staging: FilePath

    package init(folder: FilePath, staging: FilePath) {
        self.folder = folder
        self.staging = staging
    }

    /// Puts `files`, relative to the folder, into the staged one.
    ///
    /// Where there are no second names they are copied, with their permissions, owners and times, if there is room for all of them.
    package func place(_ files: [FilePath], monitor: WorkMonitor) throws {
        var copies = false
        for (index, file) in files.enumerated() {
            try monitor.checkCancellation()
            let (old, new) = (folder.pushing(file), staging.pushing(file))
            try FolderContents.create(new.removingLastComponent())
            if try FileCopy.linkAsItIs(old, at: new) { continue }
            if !copies {
                copies = true
                let rest = files[index...].reduce(0) { $0 + FolderContents.byteCount(of: folder.pushing($1)) }
                try FreeSpace.check(rest, at: new)
            }
            try FileCopy.copyAsItIs(old, to: new)
        }
    }
}
