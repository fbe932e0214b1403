internal import CFocusPlugin
internal import Glibc
public import SystemPackage
public import TensorIO

/// Loads the shared objects of plug-ins.
public enum PluginLibrary {
    /// Loads the plug-in in the file at `path` and checks its table. It stays loaded until the process ends.
    ///
    /// Loading runs the plug-in's code with the rights of this process.
    ///
    /// - Parameter path: the file or folder.
    /// - Parameter settings: what the user says to the plug-in; keys that it does not list are left out.
    /// - Throws: `FormatError` that names the file, where it is no shared object that can be loaded, has no table, or
    ///   the table is of another version or says what cannot be.
    public static func load(_ path: FilePath, settings: [PluginSetting] = []) throws(FormatError) -> PluginFormat {
        do throws(FormatError) {
            return PluginFormat(try table(in: path), file: path, settings: settings)
        } catch {
            throw error.at(path)
        }
    }

    private static func table(in path: FilePath) throws(FormatError) -> PluginTable {
        // Says plainly what the loader would say in its own words; refuses folders and devices, too.
        _ = try MappedFile(path)
        // A name without a slash would be searched for in the system's folders.
        let file = path.string.contains("/") ? path.string : "./" + path.string
        guard let library = unsafe dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
            throw .plugin("cannot be loaded as a plug-in: \(loaderError)")
        }
        guard let symbol = unsafe dlsym(library, FOCUS_PLUGIN_ENTRY_NAME) else {
            throw .plugin("is no plug-in: it does not export \(FOCUS_PLUGIN_ENTRY_NAME)")
        }
        typealias Entry = @convention(c) (UInt32) -> UnsafePointer<focus_plugin_v1>?
        let entry = unsafe unsafeBitCast(symbol, to: Entry.self)
        return try unsafe PluginTable(entry(UInt32(FOCUS_PLUGIN_ABI_VERSION)))
    }

    private static var loaderError: String {
        unsafe dlerror().map { PluginText.oneLine(unsafe String(cString: $0)) } ?? "the loader does not say why"
    }
}
