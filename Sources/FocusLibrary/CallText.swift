internal import CFocus

/// Text that crosses the interface.
enum CallText {
    /// The text of the caller.
    ///
    /// - Throws: `FocusError` where it is not UTF-8, or there is no text of that length.
    static func string(_ text: focus_string_v1, _ what: String) throws -> String {
        let bytes = try unsafe bytes(text, what)
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw Call.usage("\(what) is not UTF-8")
        }
        guard !string.utf8.contains(0) else { throw Call.usage("\(what) has a zero byte in it") }
        return string
    }

    /// The bytes of the caller.
    ///
    /// - Throws: `FocusError` where there are none of that length.
    static func bytes(_ text: focus_string_v1, _ what: String) throws -> [UInt8] {
        guard unsafe text.length > 0 else { return [] }
        guard let start = unsafe text.bytes, let count = unsafe Int(exactly: text.length) else {
            throw Call.usage(unsafe "\(what) is NULL with a length of \(text.length)")
        }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Lends `text` to `body`.
    static func lend<Result>(_ text: String, _ body: (focus_string_v1) -> Result) -> Result {
        var text = text
        return text.withUTF8 { utf8 in
            unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
                unsafe body(focus_string_v1(bytes: characters.baseAddress, length: UInt64(characters.count)))
            }
        }
    }

    /// Puts as much of `text` as there is room for, with a zero byte behind it, into `room`; characters stay whole.
    static func store(_ text: String, in room: UnsafeMutableRawBufferPointer) {
        var bytes = Array(text.utf8.prefix(room.count - 1))
        while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        unsafe room.copyBytes(from: bytes)
        unsafe room[bytes.count] = 0
    }
}
