public import CFocusPlugin
internal import PluginSupport

/// The table of the format `pytorch`, for version 1 of the header.
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
            "pytorch",
            "files of torch.save and NeMo, folders of torch.distributed.checkpoint and of DeepSpeed's ZeRO; read only",
            extensions: "bin,pt,pth,nemo",
            options: "root: read only what is at these keys, joined by dots, as in 'model' or 'ema.weights'")
        unsafe plugin.recognizes = recognizes
        unsafe plugin.recognizes_folder = recognizesFolder
        unsafe plugin.open = openModel
        return unsafe PluginCalls.keep(plugin)
    }
}

private func recognizes(_ prefix: UnsafePointer<UInt8>?, _ count: UInt64) -> Int32 {
    let bytes = unsafe PluginCalls.prefix(prefix, count)
    let isOne =
        OtherFile.isArchive(bytes) || bytes.starts(with: OtherFile.legacyMagic) || NeMoFile.begins(bytes)
        || IndexParser.begins(bytes, ending: ".bin\"")
    return isOne ? 1 : 0
}

private func recognizesFolder(_ path: UnsafePointer<CChar>?) -> Int32 {
    guard let path = unsafe path else { return 0 }
    return ModelKind(unsafe FilePlace(path)) == nil ? 0 : 1
}

private func openModel(
    _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<focus_options_v1>?,
    _ file: UnsafeMutablePointer<focus_file_v1>?, _ error: UnsafeMutablePointer<focus_error_v1>?
) -> Int32 {
    unsafe PluginCalls.open(path, file, error) { path throws(Refusal) in
        OpenModel(try ModelKind.open(path, root: unsafe PluginCalls.option("root", options)))
    }
}
