internal import CFocusPlugin
internal import TensorIO

/// What the table of a plug-in says, checked and copied, and the functions in it.
@safe struct PluginTable: @unchecked Sendable {
    /// The name of the format.
    let name: String
    /// What its files are.
    let summary: String
    /// The endings of its files.
    let fileExtensions: [String]
    /// The compressions that it writes.
    let compressions: [String]
    /// The keys that `--option` may set, each with what it does.
    let options: [(key: String, help: String)]
    /// The element types that it writes.
    let elementTypes: Set<ElementType>
    /// The table itself; what it points to is there for ever.
    let raw: focus_plugin_v1

    private static let knownFlags =
        FOCUS_THREADS | FOCUS_FOLDER | FOCUS_OVERLAPS | FOCUS_METADATA | FOCUS_ONE_TENSOR

    /// Checks the table at `pointer`.
    ///
    /// - Throws: `FormatError` without a path, where it is of another version or size, or a name, an option or a set of
    ///   functions in it is not as the header asks.
    init(_ pointer: UnsafePointer<focus_plugin_v1>?) throws(FormatError) {
        let version = UInt32(FOCUS_PLUGIN_ABI_VERSION)
        guard let pointer = unsafe pointer else {
            throw .plugin(
                "is a plug-in that does not know version \(version) of the interface; build it anew, or get a newer "
                    + "focus"
            )
        }
        // These two come first in every version; the rest is believed only where they are as expected.
        let (itsVersion, size) = unsafe (pointer.pointee.abi_version, pointer.pointee.struct_size)
        guard itsVersion == version else {
            throw .plugin(
                "is a plug-in for version \(itsVersion) of the interface, and this focus knows version \(version); "
                    + "build it with the focus_plugin.h of this focus"
            )
        }
        guard unsafe size == MemoryLayout<focus_plugin_v1>.size else {
            throw .plugin(
                unsafe "says that its table has \(size) bytes, where version \(version) has "
                    + "\(MemoryLayout<focus_plugin_v1>.size); build it with the focus_plugin.h of this focus"
            )
        }
        unsafe raw = unsafe pointer.pointee
        guard let name = unsafe PluginText.string(raw.name), PluginTable.isName(name) else {
            throw .plugin(
                "gives its format no name of lower-case letters, digits, '_' and '-' that begins with a letter and has "
                    + "at most 32"
            )
        }
        self.name = name
        summary = unsafe PluginText.oneLine(PluginText.string(raw.summary) ?? "")
        fileExtensions = unsafe try PluginTable.list(raw.extensions, "file extensions", of: name) {
            (1...16).contains($0.utf8.count) && $0.utf8.allSatisfy { PluginTable.isPlain($0) }
        }
        compressions = unsafe try PluginTable.list(raw.compressions, "compressions", of: name) {
            $0 == "gzip" || $0 == "zstd"
        }
        options = unsafe try PluginTable.options(raw.options, of: name)
        guard let types = unsafe ElementType.set(pluginBits: raw.element_types) else {
            throw .plugin("the plug-in '\(name)' writes element types that version \(version) does not have")
        }
        elementTypes = types
        try unsafe PluginTable.check(raw, name)
    }

    /// The functions that must be there, and what goes together.
    private static func check(_ raw: focus_plugin_v1, _ name: String) throws(FormatError) {
        guard unsafe raw.flags & ~knownFlags == 0, unsafe raw.reserved == 0 else {
            throw .plugin("the plug-in '\(name)' sets flags that version 1 does not have")
        }
        guard unsafe raw.recognizes != nil else { throw .plugin("the plug-in '\(name)' has no function 'recognizes'") }
        guard unsafe raw.open != nil else { throw .plugin("the plug-in '\(name)' has no function 'open'") }
        guard unsafe raw.write != nil else { return }
        guard unsafe raw.element_types != 0 else {
            throw .plugin("the plug-in '\(name)' has a function 'write', but no element type that it writes")
        }
        guard unsafe raw.flags & FOCUS_FOLDER == 0 || raw.owns_file != nil else {
            throw .plugin("the plug-in '\(name)' writes folders, but has no function 'owns_file'")
        }
    }

    /// Whether the flag `flag` is set.
    func has(_ flag: UInt32) -> Bool {
        unsafe raw.flags & flag != 0
    }

    private static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(isPlain)
            && text.utf8.first.map { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") } ?? false
    }

    /// Lower-case letters, digits, `_` and `-`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// What stands at `pointer`, separated by commas; an absent text is an empty list.
    private static func list(
        _ pointer: UnsafePointer<CChar>?, _ what: String, of name: String, _ isValid: (String) -> Bool
    ) throws(FormatError) -> [String] {
        guard let pointer = unsafe pointer else { return [] }
        let text = unsafe PluginText.string(pointer) ?? "?"
        let items = text.split(separator: ",").map(String.init)
        guard items.allSatisfy(isValid) else {
            throw .plugin(
                "the plug-in '\(name)' names '\(PluginText.oneLine(text))' as its \(what), which is no list of such")
        }
        return items
    }

    private static func options(
        _ pointer: UnsafePointer<CChar>?, of name: String
    ) throws(FormatError) -> [(key: String, help: String)] {
        guard let pointer = unsafe pointer else { return [] }
        var options: [(key: String, help: String)] = []
        for line in (unsafe PluginText.string(pointer) ?? "?").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, isName(String(parts[0])) else {
                throw .plugin(
                    "the plug-in '\(name)' describes an option as '\(PluginText.oneLine(String(line)))', not as 'key: "
                        + "what it does'"
                )
            }
            options.append((String(parts[0]), PluginText.oneLine(String(parts[1].drop { $0 == " " }))))
        }
        return options
    }
}

extension FormatError {
    /// Something is wrong with a plug-in itself.
    static func plugin(_ message: String) -> FormatError {
        FormatError(.unsupported, message)
    }
}
