internal import CSystemShims
private import Glibc
internal import SystemPackage
internal import TensorIO

extension StagedReplacement {
    /// Calls `body` with the path of a file, or of a folder that is a tensor format's, of the same name as `destination` in a folder of its
    /// own. When it returns, what it made there gets its place; when it throws, all of it is removed.
    ///
    /// - Parameters:
    ///   - overwrites: whether what has the name already is replaced; otherwise it is an error.
    ///   - sidecarSuffix: what is appended to the name for the file beside it that the format may need. An old one that is not
    ///     replaced is removed.
    static func placing(
        _ destination: FilePath, overwrites: Bool, sidecarSuffix: String?, _ body: (FilePath) throws -> Void
    ) throws {
        guard let name = destination.lastComponent, name.kind == .regular else {
            throw FocusError("is not a name for a file to write", path: destination)
        }
        if !overwrites, MappedFile.exists(destination) { throw FormatError.destinationExists(destination) }
        let parent = destination.removingLastComponent()
        try FolderContents.create(parent)
        let staging = parent.appending(".\(name.string).\(getpid()).partial")
        FolderContents.remove(staging)
        try FolderContents.create(staging)
        // What was exchanged for the new, or what is left of a failure.
        defer { FolderContents.remove(staging) }
        do {
            try body(staging.appending(name))
        } catch {
            throw renamed(error, from: staging, to: parent)
        }
        FolderContents.synchronize(staging)
        let made = try FolderContents.entries(of: staging)
        // The file itself comes last: whoever finds it finds what it needs beside it.
        for entry in made.filter({ $0 != name.string }) + [name.string] {
            try move(staging.appending(entry), to: parent.appending(entry), overwrites: overwrites)
        }
        if let sidecarSuffix, overwrites, !made.contains(name.string + sidecarSuffix) {
            unsafe unlink(parent.appending(name.string + sidecarSuffix).string)
        }
        StagedFile.synchronizeFolder(parent)
    }

    private static func move(_ made: FilePath, to place: FilePath, overwrites: Bool) throws {
        let code: CInt
        if !overwrites {
            code = unsafe focus_rename_exclusive(made.string, place.string)
        } else if FolderContents.isFolder(made) || FolderContents.isFolder(place) {
            let exists = MappedFile.exists(place)
            code =
                unsafe exists
                ? focus_rename_exchange(made.string, place.string) : focus_rename_exclusive(made.string, place.string)
        } else {
            code = unsafe rename(made.string, place.string) == 0 ? 0 : errno
        }
        let failure = Errno(rawValue: code)
        guard failure != .fileExists else { throw FormatError.destinationExists(place) }
        guard failure.rawValue == 0 else {
            throw FocusError("cannot give what was written its name: \(failure)", path: place)
        }
    }
}
