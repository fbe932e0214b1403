internal import PluginHost
internal import Synchronization
internal import SystemPackage
internal import TensorIO
internal import TestSupport

/// The plug-ins in Plugins that are built along, each loaded once.
enum FuzzedPlugins {
    private static let loaded = Mutex<[String: PluginFormat]>([:])

    /// The format of the plug-in `name` with `settings`.
    static func format(_ name: String, _ settings: [PluginSetting] = []) throws -> PluginFormat {
        let key = "\(name) \(settings.map { "\($0.key)=\($0.value)" })"
        if let format = loaded.withLock({ $0[key] }) { return format }
        let format = try PluginLibrary.load(BuiltPlugins.path(of: name), settings: settings)
        loaded.withLock { $0[key] = format }
        return format
    }
}
