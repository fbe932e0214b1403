private import Glibc
package import SystemPackage
internal import TensorIO

/// Whether a file can be written under a name, asked before the work that it is to hold is begun.
package enum WritableName {
    /// Throws where no file can get the name `path`.
    ///
    /// - Parameters:
    ///   - replacing: whether a file that has the name is replaced; otherwise it is an error.
    ///   - folder: a folder that will exist by then, though it may not yet.
    package static func check(_ path: FilePath, replacing: Bool, in folder: FilePath? = nil) throws {
        guard let name = path.lastComponent, name.kind == .regular else {
            throw FocusError("is not a name for a file to write", path: path, code: .destination)
        }
        let above = path.removingLastComponent()
        if let folder, !above.isEmpty, above.lexicallyNormalized() == folder.lexicallyNormalized() { return }
        try checkFolder(above.isEmpty ? "." : above, for: path)
        guard MappedFile.nameExists(path) else { return }
        guard replacing else { throw FormatError.destinationExists(path) }
        guard !FolderContents.targetExists(path) || FolderContents.isFile(path) else {
            throw FocusError(
                "is not a regular file, and is not replaced by one: choose another name", path: path, code: .destination
            )
        }
    }

    private static func checkFolder(_ folder: FilePath, for path: FilePath) throws(FocusError) {
        guard FolderContents.targetExists(folder) else {
            throw FocusError(
                "cannot be written: there is no folder '\(folder)'; make it", path: path, code: .destination)
        }
        guard MappedFile.isFolder(folder) else {
            throw FocusError("cannot be written: '\(folder)' is a file, not a folder", path: path, code: .destination)
        }
        guard allows(folder) else {
            throw FocusError(
                "cannot be written: nothing may be written in the folder '\(folder)'", path: path, code: .destination)
        }
    }

    /// Whether files can be made in `folder`.
    package static func allows(_ folder: FilePath) -> Bool {
        unsafe access(folder.string, W_OK | X_OK) == 0
    }
}
