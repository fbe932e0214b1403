public import SystemPackage
public import TensorIO

/// Folders of plug-ins, as `FOCUS_PLUGIN_PATH` lists them.
public struct PluginSearchPath {
    /// The plug-ins: folder by folder, by name.
    public let files: [FilePath]

    /// Reads folders separated by colons; empty ones are left out.
    ///
    /// - Throws: `FormatError` where one is not absolute, so that nothing is ever loaded from wherever one happens to be, or is no folder.
    public init(_ text: String) throws(FormatError) {
        var files: [FilePath] = []
        for name in text.split(separator: ":") {
            let folder = FilePath(String(name))
            guard folder.isAbsolute else {
                throw FormatError(
                    .unsupported,
                    "is not absolute: FOCUS_PLUGIN_PATH takes absolute folders only, or name the file with --plugin",
                    path: folder)
            }
            guard MappedFile.isFolder(folder) else {
                throw FormatError(.unsupported, "is in FOCUS_PLUGIN_PATH, but is no folder", path: folder)
            }
            files += StagedFolder.entries(of: folder).filter { $0.hasSuffix(".so") }.map(folder.appending)
        }
        self.files = files
    }
}
