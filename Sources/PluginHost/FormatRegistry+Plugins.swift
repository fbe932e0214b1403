internal import Glibc
public import SystemPackage
public import TensorIO

extension FormatRegistry {
    /// Loads the plug-ins in `files`, each once, and adds their formats; then those in `found`, of which each that
    /// cannot be used is left out with a warning; then those in `installed` whose formats are not there yet.
    ///
    /// - Parameters:
    ///   - files: plug-ins that were asked for by name.
    ///   - found: plug-ins that lay in a folder which is searched.
    ///   - installed: plug-ins that are there for everybody: others of the same name come before them.
    ///   - settings: what the user says to the plug-ins.
    ///   - warn: hears which one in `found` or `installed` is not used, and why.
    /// - Throws: `FormatError` that names the file where one of `files` is no plug-in, its name or a file extension is
    ///   taken, or where no plug-in knows one of `settings`.
    public func adding(
        plugins files: [FilePath], found: [FilePath] = [], installed: [FilePath] = [],
        settings: [PluginSetting] = [], warn: (FilePath, FormatError) -> Void = { _, _ in }
    ) throws(FormatError) -> FormatRegistry {
        var registry = self
        var seen: Set<String> = []
        var keys: Set<String> = []
        func add(_ file: FilePath, isReplaceable: Bool = false) throws(FormatError) {
            guard seen.insert(FormatRegistry.resolved(file)).inserted else { return }
            let plugin = try PluginLibrary.load(file, settings: settings)
            if isReplaceable, registry.format(named: plugin.name) != nil { return }
            try registry.add(plugin, from: file)
            keys.formUnion(plugin.options.map(\.key))
        }
        for file in files { try add(file) }
        for file in found {
            do throws(FormatError) { try add(file) } catch { warn(file, error) }
        }
        for file in installed {
            do throws(FormatError) { try add(file, isReplaceable: true) } catch { warn(file, error) }
        }
        if let unknown = settings.first(where: { !keys.contains($0.key) }) {
            throw FormatError(
                .unsupported,
                keys.isEmpty
                    ? "--option \(unknown.key): no plug-in that is loaded has options"
                    : "--option \(unknown.key): the plug-ins know \(keys.sorted().joined(separator: ", "))")
        }
        return registry
    }

    private mutating func add(_ plugin: PluginFormat, from file: FilePath) throws(FormatError) {
        if let other = format(named: plugin.name) {
            throw FormatError(
                .unsupported,
                "calls its format '\(plugin.name)', and so does one that is there already (\(other.traits.origin))",
                path: file)
        }
        for ending in plugin.fileExtensions {
            guard let other = formats.first(where: { $0.fileExtensions.contains(ending) }) else { continue }
            throw FormatError(
                .unsupported,
                "the plug-in '\(plugin.name)' claims files that end with .\(ending), which is \(other.name)", path: file
            )
        }
        try add(plugin)
    }

    /// One file under two names is one plug-in.
    private static func resolved(_ file: FilePath) -> String {
        guard let real = unsafe realpath(file.string, nil) else { return file.string }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
