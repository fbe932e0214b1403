private import Glibc
package import SystemPackage

/// All that a folder holds, links as links; but nothing that an unfinished replacement left in it.
package struct FolderTree {
    /// The folders below it, each after the one that holds it.
    private(set) var folders: [FilePath] = []
    /// Everything else: files, links to whatever, pipes.
    package private(set) var files: [FilePath] = []

    /// Lists what is in the folder at `root`, as paths relative to it.
    ///
    /// - Throws: `FocusError` where a folder may not be listed.
    package init(_ root: FilePath) throws(FocusError) {
        try list(FilePath(""), in: root)
    }

    private mutating func list(_ folder: FilePath, in root: FilePath) throws(FocusError) {
        for name in try FolderContents.entries(of: root.pushing(folder)) where !HiddenNames.isOwn(name) {
            let path = folder.appending(name)
            if FolderTree.isRealFolder(root.pushing(path)) {
                folders.append(path)
                try list(path, in: root)
            } else {
                files.append(path)
            }
        }
    }

    /// Whether `path` is a folder itself, and no link to one.
    static func isRealFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe lstat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Where the link at `path` points to, or nil where it is none.
    static func link(at path: FilePath) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = unsafe readlink(path.string, &bytes, Int(PATH_MAX))
        return count > 0 ? String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
