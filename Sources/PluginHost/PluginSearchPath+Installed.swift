internal import CSystemShims
internal import Glibc
public import SystemPackage
internal import TensorIO

extension PluginSearchPath {
    /// The plug-ins that are installed with a program or a library: `lib/focus/plugins` of the folder in whose `bin` or
    /// `lib` it is.
    ///
    /// What another user could have put there is left out with a warning, unless it is one who could have written
    /// `code` itself; a folder that is not there is nothing to speak of.
    ///
    /// - Parameter code: the executable or the shared library, with links followed.
    public init(installedWith code: FilePath) {
        var folder = code.removingLastComponent().removingLastComponent()
        for name in ["lib", "focus", "plugins"] {
            folder.append(name)
            guard MappedFile.isFolder(folder) else {
                self.init(files: [], warnings: [])
                return
            }
            if let why = PluginSearchPath.otherWriter(of: folder, besidesThatOf: code) {
                self.init(files: [], warnings: ["'\(folder)': \(why), so that no plug-in is loaded from there"])
                return
            }
        }
        var files: [FilePath] = []
        var warnings: [String] = []
        for name in StagedFolder.entries(of: folder) where name.hasSuffix(".so") {
            let file = folder.appending(name)
            if let why = PluginSearchPath.otherWriter(of: file, besidesThatOf: code) {
                warnings.append("'\(file)': \(why), so that it is not loaded")
            } else {
                files.append(file)
            }
        }
        self.init(files: files, warnings: warnings)
    }

    /// The plug-ins that are installed with the code that runs: the executable's, or those of the shared library that
    /// another program has loaded.
    public static var installed: PluginSearchPath {
        let file = unsafe focus_library_file().map { unsafe String(cString: $0) } ?? "/proc/self/exe"
        guard let code = unsafe realpath(file, nil) else {
            return PluginSearchPath(files: [], warnings: [])
        }
        defer { unsafe free(code) }
        return PluginSearchPath(installedWith: FilePath(unsafe String(cString: code)))
    }

    /// Who could have written `place`, other than this user, root, and the owner and the group of `code`, which is
    /// running: nobody gains by a plug-in what they could not do without it.
    private static func otherWriter(of place: FilePath, besidesThatOf code: FilePath) -> String? {
        var (there, here) = (stat(), stat())
        let known = unsafe stat(place.string, &there) == 0 && stat(code.string, &here) == 0
        let isSameGroup = known && there.st_gid == here.st_gid
        return FileOwnership(at: place, followingLinks: true)?.otherWriter(
            besides: known ? [here.st_uid] : [], allowing: isSameGroup ? UInt32(here.st_mode & S_IWGRP) : 0)
    }
}
