internal import ArgumentParser
internal import Focus
private import Glibc
internal import PluginHost
internal import SystemPackage
internal import TensorIO

/// Which plug-ins are loaded, and what they are told.
struct PluginOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Load a format plug-in; may be repeated. Those in the folders of FOCUS_PLUGIN_PATH, and in "
                + "lib/focus/plugins beside the bin of this command, are loaded, too. (default: none besides)",
            valueName: "file"))
    var plugin: [FilePath] = []

    @Option(
        help: ArgumentHelp(
            "Tell the plug-ins something; may be repeated. 'focus formats' shows what they know. (default: nothing)",
            valueName: "key=value"))
    var option: [String] = []

    @Flag(help: "Load no plug-ins but those named with --plugin.")
    var noPlugins = false

    func validate() throws {
        for text in option where PluginSetting(text) == nil {
            throw ValidationError("--option takes KEY=VALUE, not '\(text)'.")
        }
    }

    /// `formats` and those of the plug-ins. What is wrong in the folders that are searched is a warning: most runs
    /// need nothing from there.
    func adding(to formats: FormatRegistry, telling settings: [String] = []) throws -> FormatRegistry {
        let named = noPlugins ? "" : unsafe getenv("FOCUS_PLUGIN_PATH").map { unsafe String(cString: $0) } ?? ""
        let path = PluginSearchPath(named)
        let installed = noPlugins ? PluginSearchPath("") : .installed
        path.warnings.forEach { PluginOptions.warn("FOCUS_PLUGIN_PATH: \($0)") }
        installed.warnings.forEach(PluginOptions.warn)
        return try formats.adding(
            plugins: plugin, found: path.files, installed: installed.files,
            settings: (option + settings).compactMap { PluginSetting($0) }
        ) { file, error in
            PluginOptions.warn(path.files.contains(file) ? "FOCUS_PLUGIN_PATH: \(error)" : "\(error)")
        }
    }

    private static func warn(_ sentence: String) {
        Terminal.story("focus: warning: \(Terminal.oneLine(sentence)); it is left out")
    }
}
