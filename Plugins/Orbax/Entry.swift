public import CFocusPlugin
internal import PluginSupport

/// The table of the format `orbax`, for version 1 of the header.
@c(focus_plugin_entry) @implementation
public func focus_plugin_entry(_ version: UInt32) -> UnsafePointer<focus_plugin_v1>? {
    unsafe version == FOCUS_PLUGIN_ABI_VERSION ? Table.shared : nil
}

/// The table, made once.
private enum Table {
    /// Nobody writes to it after it was made.
    nonisolated(unsafe) static let shared = unsafe make()

    private static func make() -> UnsafePointer<focus_plugin_v1> {
        var plugin = unsafe PluginCalls.table(
            "orbax", "checkpoints of Orbax (JAX), in OCDBT or in folders, of zarr 2 and 3; read only", extensions: "")
        unsafe plugin.recognizes = recognizes
        unsafe plugin.recognizes_folder = recognizesFolder
        unsafe plugin.open = openModel
        return unsafe PluginCalls.keep(plugin)
    }
}

/// Only folders are checkpoints.
private func recognizes(_ prefix: UnsafePointer<UInt8>?, _ count: UInt64) -> Int32 { 0 }

private func recognizesFolder(_ path: UnsafePointer<CChar>?) -> Int32 {
    guard let path = unsafe path else { return 0 }
    return CheckpointFolder.isModel(unsafe FilePlace(path)) ? 1 : 0
}

private func openModel(
    _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<focus_options_v1>?,
    _ file: UnsafeMutablePointer<focus_file_v1>?, _ error: UnsafeMutablePointer<focus_error_v1>?
) -> Int32 {
    unsafe PluginCalls.open(path, file, error) { path throws(Refusal) in try OrbaxModel(path) }
}
