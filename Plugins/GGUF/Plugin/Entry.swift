public import CFocusPlugin
internal import Glibc

/// The table of this plug-in, or nil where focus speaks another version.
@c(focus_plugin_entry) @implementation
public func focus_plugin_entry(_ abi_version: UInt32) -> UnsafePointer<focus_plugin_v1>? {
    abi_version == UInt32(FOCUS_PLUGIN_ABI_VERSION) ? unsafe table : nil
}

/// Made once, and never freed.
private nonisolated(unsafe) let table: UnsafePointer<focus_plugin_v1> = {
    let table = UnsafeMutablePointer<focus_plugin_v1>.allocate(capacity: 1)
    unsafe table.initialize(to: focus_plugin_v1())
    unsafe table.pointee.abi_version = UInt32(FOCUS_PLUGIN_ABI_VERSION)
    unsafe table.pointee.struct_size = UInt32(MemoryLayout<focus_plugin_v1>.size)
    unsafe table.pointee.name = text("gguf")
    unsafe table.pointee.summary = text("GGUF files of ggml and llama.cpp; blocks are not quantised here")
    unsafe table.pointee.extensions = text("gguf")
    unsafe table.pointee.options = text("dequantize: 'f32' reads quantised blocks as numbers, not as bytes")
    unsafe table.pointee.element_types = GGMLType.writableTypes
    unsafe table.pointee.flags = UInt32(FOCUS_THREADS | FOCUS_METADATA)
    unsafe table.pointee.recognizes = { prefix, count in unsafe recognizes(prefix, count) ? 1 : 0 }
    unsafe table.pointee.recognizes_folder = { path in
        unsafe path.flatMap { unsafe SplitModel.first(in: $0) } == nil ? 0 : 1
    }
    unsafe table.pointee.open = { path, options, file, error in unsafe open(path, options, file, error) }
    unsafe table.pointee.read = { file, tensor, offset, count, sink, error in
        unsafe read(file, tensor, offset, count, sink, error)
    }
    unsafe table.pointee.close = { file in unsafe file.map { unsafe Listing.release($0) } }
    unsafe table.pointee.write = { job, error in unsafe write(job, error) }
    return unsafe UnsafePointer(table)
}()

private func text(_ string: StaticString) -> UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// Whether a file begins as one of any version and byte order does.
private func recognizes(_ prefix: UnsafePointer<UInt8>?, _ count: UInt64) -> Bool {
    guard let prefix = unsafe prefix, count >= 4 else { return false }
    let bytes = unsafe Array(UnsafeBufferPointer(start: prefix, count: min(Int(clamping: count), 8)))
    guard bytes.starts(with: WellKnown.magic) else { return false }
    // Words that begin so go on with letters, versions with zeros.
    return bytes.count < 8 || bytes[5...6].allSatisfy { $0 == 0 }
}

private func open(
    _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<focus_options_v1>?,
    _ file: UnsafeMutablePointer<focus_file_v1>?,
    _ error: UnsafeMutablePointer<focus_error_v1>?
) -> Int32 {
    unsafe status(error) { () throws(GGUFError) in
        guard let path = unsafe path, let file = unsafe file else { throw .nothingGiven }
        let dequantizing = try unsafe isDequantizing(options)
        let own = unsafe Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
        let opened = try OpenFile(unsafe SplitModel.first(in: path) ?? own, dequantizing: dequantizing)
        unsafe Listing(opened).fill(file)
        return true
    }
}

private func isDequantizing(_ options: UnsafePointer<focus_options_v1>?) throws(GGUFError) -> Bool {
    guard let options = unsafe options else { return false }
    for (key, value) in unsafe pairs(options.pointee.pairs, options.pointee.count)
    where key == Array("dequantize".utf8) {
        guard value == Array("f32".utf8) else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED, "the option 'dequantize' is \(quoted(value)), but can only be 'f32'")
        }
        return true
    }
    return false
}

private func read(
    _ file: UnsafePointer<focus_file_v1>?, _ tensor: UInt64, _ offset: UInt64, _ count: UInt64,
    _ sink: UnsafePointer<focus_sink_v1>?, _ error: UnsafeMutablePointer<focus_error_v1>?
) -> Int32 {
    var stopped = Int32(FOCUS_ERROR_STOPPED.rawValue)
    let result = unsafe status(error) { () throws(GGUFError) in
        guard let listing = unsafe file.flatMap({ unsafe Listing.held(by: $0) }), let sink = unsafe sink?.pointee,
            let send = unsafe sink.send
        else { throw .nothingGiven }
        let tensors = listing.file.tensors
        guard tensor < UInt64(tensors.count), case let listed = tensors[Int(tensor)], listed.isDequantized,
            offset <= UInt64(listed.byteCount), count <= UInt64(listed.byteCount) - offset
        else { throw GGUFError(FOCUS_ERROR_INVALID_TENSOR, "was asked for bytes that it does not have") }
        do throws(GGUFError) {
            return try listing.file.read(listed, Int(offset)..<Int(offset + count)) { span in
                stopped = unsafe span.withUnsafeBytes { unsafe send(sink.context, $0.baseAddress, UInt64($0.count)) }
                return stopped == Int32(FOCUS_OK.rawValue)
            }
        } catch {
            throw error.about(tensor: Int(tensor))
        }
    }
    return result == Int32(FOCUS_ERROR_STOPPED.rawValue) ? stopped : result
}
