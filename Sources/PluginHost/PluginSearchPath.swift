public import SystemPackage
internal import TensorIO

/// The plug-ins in folders: those that `FOCUS_PLUGIN_PATH` lists, or the one that comes with an executable.
public struct PluginSearchPath {
    /// The plug-ins: folder by folder, by name.
    public let files: [FilePath]
    /// What is wrong with folders that are left out, a sentence each.
    public let warnings: [String]

    init(files: [FilePath], warnings: [String]) {
        self.files = files
        self.warnings = warnings
    }

    /// Reads folders separated by colons; empty ones are left out.
    ///
    /// A folder that is not absolute is left out with a warning, so that nothing is ever loaded from wherever one
    /// happens to be; so is one that is not there.
    public init(_ text: String) {
        var files: [FilePath] = []
        var warnings: [String] = []
        for name in text.split(separator: ":") {
            let folder = FilePath(String(name))
            if !folder.isAbsolute {
                warnings.append(
                    "'\(folder)': is not absolute, as folders that are searched have to be; or name the file with "
                        + "--plugin"
                )
            } else if !MappedFile.isFolder(folder) {
                warnings.append("'\(folder)': is no folder")
            } else {
                files += StagedFolder.entries(of: folder).filter { $0.hasSuffix(".so") }.map(folder.appending)
            }
        }
        self.files = files
        self.warnings = warnings
    }
}
