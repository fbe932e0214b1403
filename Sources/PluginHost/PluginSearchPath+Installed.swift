internal import Glibc
public import SystemPackage
internal import TensorIO

extension PluginSearchPath {
    /// The plug-ins that are installed with an executable: `lib/focus/plugins` of the folder in whose `bin` it is.
    ///
    /// What another user could have put there is left out with a warning; a folder that is not there is nothing to
    /// speak of.
    ///
    /// - Parameter executable: the executable, with links followed.
    public init(installedWith executable: FilePath) {
        var folder = executable.removingLastComponent().removingLastComponent()
        for name in ["lib", "focus", "plugins"] {
            folder.append(name)
            guard MappedFile.isFolder(folder) else {
                self.init(files: [], warnings: [])
                return
            }
            if let why = FileOwnership(at: folder, followingLinks: true)?.otherWriter() {
                self.init(files: [], warnings: ["'\(folder)': \(why), so that no plug-in is loaded from there"])
                return
            }
        }
        var files: [FilePath] = []
        var warnings: [String] = []
        for name in StagedFolder.entries(of: folder) where name.hasSuffix(".so") {
            let file = folder.appending(name)
            if let why = FileOwnership(at: file, followingLinks: true)?.otherWriter() {
                warnings.append("'\(file)': \(why), so that it is not loaded")
            } else {
                files.append(file)
            }
        }
        self.init(files: files, warnings: warnings)
    }

    /// The plug-ins that are installed with the running executable.
    public static var installed: PluginSearchPath {
        guard let executable = unsafe realpath("/proc/self/exe", nil) else {
            return PluginSearchPath(files: [], warnings: [])
        }
        defer { unsafe free(executable) }
        return PluginSearchPath(installedWith: FilePath(unsafe String(cString: executable)))
    }
}
