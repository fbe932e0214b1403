private import Glibc
package import SystemPackage
internal import TensorIO

/// Whether a file can be copied, asked before the work that comes before the copy is begun.
package enum ReadableFile {
    /// Throws where the name of one of `files`, relative to `folder`, is not UTF-8, as it was listed: it cannot be
    /// passed on.
    package static func checkNames(_ files: [FilePath], below folder: FilePath) throws(FocusError) {
        // What is no UTF-8 was replaced when the folder was listed, and there is nothing under that name.
        for file in files where file.string.contains("\u{FFFD}") && !MappedFile.nameExists(folder.pushing(file)) {
            throw FocusError("holds a file whose name is not UTF-8 ('\(file)'): rename it", path: folder)
        }
    }

    /// Throws where there is no file at `path`, where it is none of contents (a pipe, a device), or where it may not be
    /// read.
    package static func check(_ path: FilePath) throws(FocusError) {
        guard FolderContents.targetExists(path) else {
            guard let target = FolderTree.link(at: path) else { throw FocusError("there is no such file", path: path) }
            throw FocusError(
                "is a link to '\(target)', where there is nothing: restore that file, or remove the link", path: path)
        }
        guard FolderContents.isFile(path) else {
            throw FocusError(
                "is not a regular file (a pipe, a socket or a device), and cannot be copied: move it away", path: path)
        }
        guard unsafe access(path.string, R_OK) == 0 else {
            throw FocusError("cannot be read: permission denied", path: path)
        }
    }
}
