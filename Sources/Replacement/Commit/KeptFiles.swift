package import Parallel
package import SystemPackage

/// Files of a folder that is replaced which stay as they are: they get a second name in the staged folder, so that
/// nothing is written.
///
/// A file with two names is changed under both by whoever writes to it. Here that does no harm: no file that has a name
/// already is ever written to, what changes is a new file; and the old names are removed with the old folder, so that
/// each file has one name again in the end. Only where the original is kept (`StagedReplacement.Policy.keep`) do both
/// names stay: then a program that changes such a file in the new folder, instead of replacing it, changes the
/// original, too.
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
    /// Where there are no second names they are copied, with their permissions, owners and times, if there is room for
    /// all of them.
    ///
    /// - Returns: how many came there in which way.
    /// - Throws: `FormatError` where a file cannot be read, or writing fails; `FocusError` where there is too little
    ///   room; `CancellationError` where `monitor` asks to stop.
    @discardableResult
    package func place(_ files: [FilePath], monitor: WorkMonitor) throws -> [FileTransfer: Int] {
        var transfers: [FileTransfer: Int] = [:]
        var copies = false
        for (index, file) in files.enumerated() {
            try monitor.checkCancellation()
            let (old, new) = (folder.pushing(file), staging.pushing(file))
            try FolderContents.create(new.removingLastComponent())
            if try FileCopy.linkAsItIs(old, at: new) {
                transfers[.linked, default: 0] += 1
                continue
            }
            if !copies {
                copies = true
                let rest = files[index...].reduce(0) { $0 + FolderContents.byteCount(of: folder.pushing($1)) }
                try FreeSpace.check(rest, at: new)
            }
            transfers[try FileCopy.copyAsItIs(old, to: new), default: 0] += 1
        }
        return transfers
    }
}
