package import CFocusPlugin

/// What the functions of a table have in common: what C gives is looked at, and what is thrown becomes a sentence.
package enum PluginCalls {
    /// Opens what is at `path`, and lists it in `file`.
    package static func open(
        _ path: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<focus_file_v1>?,
        _ error: UnsafeMutablePointer<focus_error_v1>?, _ open: (FilePlace) throws(Refusal) -> any OpenedModel
    ) -> Int32 {
        guard let path = unsafe path, let file = unsafe file, let error = unsafe error else {
            return Refusal.Kind.invalidHeader.status
        }
        return unsafe reporting(to: error) { () throws(Refusal) in
            let model = try open(unsafe FilePlace(path))
            unsafe Listing(model).fill(file)
            return Int32(FOCUS_OK.rawValue)
        }
    }

    /// The first bytes of a file.
    package static func prefix(_ bytes: UnsafePointer<UInt8>?, _ count: UInt64) -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// The last value of the option `key`.
    package static func option(_ key: String, _ options: UnsafePointer<focus_options_v1>?) -> [UInt8]? {
        guard let options = unsafe options?.pointee, let pairs = unsafe options.pairs else { return nil }
        for number in (0..<Int(unsafe options.count)).reversed() {
            let pair = unsafe pairs[number]
            let found = unsafe UnsafeRawBufferPointer(start: pair.key, count: Int(pair.key_length))
            guard unsafe found.elementsEqual(key.utf8) else { continue }
            return unsafe Array(UnsafeRawBufferPointer(start: pair.value, count: Int(pair.value_length)))
        }
        return nil
    }

    /// A table of version 1 with what plug-ins that read have in common; what recognises files and opens them is still
    /// to be set.
    package static func table(
        _ name: StaticString, _ summary: StaticString, extensions: StaticString, options: StaticString? = nil
    ) -> focus_plugin_v1 {
        var plugin = unsafe focus_plugin_v1()
        unsafe plugin.abi_version = UInt32(FOCUS_PLUGIN_ABI_VERSION)
        unsafe plugin.struct_size = UInt32(MemoryLayout<focus_plugin_v1>.size)
        unsafe plugin.name = text(name)
        unsafe plugin.summary = text(summary)
        unsafe plugin.extensions = text(extensions)
        unsafe plugin.options = options.map { unsafe text($0) }
        unsafe plugin.flags = FOCUS_THREADS | FOCUS_OVERLAPS
        unsafe plugin.read = readTensor
        unsafe plugin.close = closeModel
        return unsafe plugin
    }

    /// The table at a place that is never freed, as the header asks.
    package static func keep(_ plugin: focus_plugin_v1) -> UnsafePointer<focus_plugin_v1> {
        let table = UnsafeMutablePointer<focus_plugin_v1>.allocate(capacity: 1)
        unsafe table.initialize(to: plugin)
        return unsafe UnsafePointer(table)
    }

    private static func text(_ text: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// What `body` returns; where it throws, the sentence goes to `error`.
    fileprivate static func reporting(
        to error: UnsafeMutablePointer<focus_error_v1>, _ body: () throws(Refusal) -> Int32
    ) -> Int32 {
        do throws(Refusal) {
            return try body()
        } catch let refusal {
            unsafe refusal.copy(to: error)
            return refusal.kind.status
        }
    }
}

private func readTensor(
    _ file: UnsafePointer<focus_file_v1>?, _ tensor: UInt64, _ offset: UInt64, _ count: UInt64,
    _ sink: UnsafePointer<focus_sink_v1>?, _ error: UnsafeMutablePointer<focus_error_v1>?
) -> Int32 {
    guard let file = unsafe file, let sink = unsafe sink, let error = unsafe error,
        let listing = unsafe Listing.of(file)
    else { return Refusal.Kind.invalidHeader.status }
    unsafe error.pointee.tensor = tensor
    return unsafe PluginCalls.reporting(to: error) { () throws(Refusal) in
        try unsafe listing.read(tensor, offset, count, to: sink.pointee)
    }
}

private func closeModel(_ file: UnsafeMutablePointer<focus_file_v1>?) {
    if let file = unsafe file { unsafe Listing.release(file) }
}
