public import CFocusPlugin

/// The table of the format `pytorch`, for version 1 of the header.
@c(focus_plugin_entry) @implementation
public func focus_plugin_entry(_ version: UInt32) -> UnsafePointer<focus_plugin_v1>? {
    unsafe version == FOCUS_PLUGIN_ABI_VERSION ? Table.shared : nil
}

/// The table, made once and never freed, as the header asks.
private enum Table {
    /// Nobody writes to it after it was made.
    nonisolated(unsafe) static let shared = unsafe make()

    private static func make() -> UnsafePointer<focus_plugin_v1> {
        let table = UnsafeMutablePointer<focus_plugin_v1>.allocate(capacity: 1)
        var plugin = unsafe focus_plugin_v1()
        unsafe plugin.abi_version = UInt32(FOCUS_PLUGIN_ABI_VERSION)
        unsafe plugin.struct_size = UInt32(MemoryLayout<focus_plugin_v1>.size)
        unsafe plugin.name = text("pytorch")
        unsafe plugin.summary = text(
            "files of torch.save, folders of torch.distributed.checkpoint and of DeepSpeed's ZeRO; read only")
        unsafe plugin.extensions = text("bin,pt,pth")
        unsafe plugin.options = text(
            "root: read only what is at these keys, joined by dots, as in 'model' or 'ema.weights'")
        unsafe plugin.flags = FOCUS_THREADS | FOCUS_OVERLAPS
        unsafe plugin.recognizes = recognizes
        unsafe plugin.recognizes_folder = recognizesFolder
        unsafe plugin.open = openModel
        unsafe plugin.read = readTensor
        unsafe plugin.close = closeModel
        unsafe table.initialize(to: plugin)
        return unsafe UnsafePointer(table)
    }

    private static func text(_ text: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

private func recognizes(_ prefix: UnsafePointer<UInt8>?, _ count: UInt64) -> Int32 {
    let bytes = unsafe Array(UnsafeBufferPointer(start: prefix, count: Int(count)))
    return OtherFile.isArchive(bytes) || bytes.starts(with: OtherFile.legacyMagic) || IndexParser.begins(bytes) ? 1 : 0
}

private func recognizesFolder(_ path: UnsafePointer<CChar>?) -> Int32 {
    guard let path = unsafe path else { return 0 }
    return ModelKind(unsafe FilePlace(path)) == nil ? 0 : 1
}

private func openModel(
    _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<focus_options_v1>?,
    _ file: UnsafeMutablePointer<focus_file_v1>?, _ error: UnsafeMutablePointer<focus_error_v1>?
) -> Int32 {
    guard let path = unsafe path, let file = unsafe file, let error = unsafe error else {
        return Refusal.Kind.invalidHeader.status
    }
    return unsafe reporting(to: error) { () throws(Refusal) in
        let model = try ModelKind.open(unsafe FilePlace(path), root: unsafe root(options))
        unsafe OpenModel(model).fill(file)
        return Int32(FOCUS_OK.rawValue)
    }
}

private func readTensor(
    _ file: UnsafePointer<focus_file_v1>?, _ tensor: UInt64, _ offset: UInt64, _ count: UInt64,
    _ sink: UnsafePointer<focus_sink_v1>?, _ error: UnsafeMutablePointer<focus_error_v1>?
) -> Int32 {
    guard let file = unsafe file, let sink = unsafe sink, let error = unsafe error,
        let model = unsafe OpenModel.of(file)
    else { return Refusal.Kind.invalidHeader.status }
    unsafe error.pointee.tensor = tensor
    return unsafe reporting(to: error) { () throws(Refusal) in
        try unsafe model.read(tensor, offset, count, to: sink.pointee)
    }
}

private func closeModel(_ file: UnsafeMutablePointer<focus_file_v1>?) {
    if let file = unsafe file { unsafe OpenModel.release(file) }
}

/// What `body` returns; where it throws, the sentence goes to `error`.
private func reporting(
    to error: UnsafeMutablePointer<focus_error_v1>, _ body: () throws(Refusal) -> Int32
) -> Int32 {
    do throws(Refusal) {
        return try body()
    } catch let refusal {
        unsafe refusal.copy(to: error)
        return refusal.kind.status
    }
}

/// The value of the option `root`.
private func root(_ options: UnsafePointer<focus_options_v1>?) -> [UInt8]? {
    guard let options = unsafe options?.pointee, let pairs = unsafe options.pairs else { return nil }
    for number in 0..<Int(unsafe options.count) {
        let pair = unsafe pairs[number]
        let key = unsafe UnsafeRawBufferPointer(start: pair.key, count: Int(pair.key_length))
        guard unsafe key.elementsEqual("root".utf8) else { continue }
        return unsafe Array(UnsafeRawBufferPointer(start: pair.value, count: Int(pair.value_length)))
    }
    return nil
}
