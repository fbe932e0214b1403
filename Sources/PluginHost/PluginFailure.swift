internal import CFocusPlugin
internal import TensorIO

extension PluginTable {
    /// Calls a function of the plug-in with an error to fill in.
    ///
    /// - Parameter tensors: what the number of a tensor in the error means.
    /// - Throws: `FormatError` where the function returns anything but success: what the plug-in says, as one sentence
    ///   with its name.
    func call(
        _ tensors: [TensorDescriptor] = [], _ body: (UnsafeMutablePointer<focus_error_v1>) -> Int32
    ) throws(FormatError) {
        var error = focus_error_v1()
        error.struct_size = UInt32(MemoryLayout<focus_error_v1>.size)
        error.tensor = UInt64(FOCUS_NONE)
        error.byte_offset = UInt64(FOCUS_NONE)
        let status = unsafe withUnsafeMutablePointer(to: &error) { unsafe body($0) }
        guard status != FOCUS_OK.rawValue else { return }
        let text = PluginTable.text(of: error)
        var failure = FormatError(
            PluginTable.code(status),
            text.isEmpty
                ? "the plug-in '\(name)' fails with status \(status) (\(PluginTable.meaning(status))) and does not say "
                    + "why"
                : text,
            tensor: error.tensor < tensors.count ? tensors[Int(error.tensor)].name : nil,
            byteOffset: error.byte_offset == UInt64(FOCUS_NONE) ? nil : Int(exactly: error.byte_offset))
        if !text.isEmpty { failure.witness = "says the plug-in '\(name)'" }
        throw failure
    }

    /// The message up to its zero byte, or all of it where the plug-in forgot that one.
    private static func text(of error: focus_error_v1) -> String {
        var error = error
        let bytes = unsafe withUnsafeBytes(of: &error.message) { unsafe Array($0.prefix { $0 != 0 }) }
        let text = PluginText.oneLine(String(decoding: bytes, as: UTF8.self))
        return String(text.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "." }.reversed())
    }

    /// What a status says by itself.
    private static func meaning(_ status: Int32) -> String {
        switch focus_status(rawValue: UInt32(bitPattern: status)) {
        case FOCUS_ERROR_SYSTEM: "the operating system refused"
        case FOCUS_ERROR_UNRECOGNIZED: "not a file of this format"
        case FOCUS_ERROR_TRUNCATED: "the file ends before what it promises"
        case FOCUS_ERROR_INVALID_HEADER: "the file contradicts itself"
        case FOCUS_ERROR_INVALID_TENSOR: "a tensor is impossible"
        case FOCUS_ERROR_UNSUPPORTED: "something is not supported"
        case FOCUS_ERROR_MEMORY: "no memory"
        case FOCUS_ERROR_STOPPED: "stopped"
        default: "which is none that there is"
        }
    }

    private static func code(_ status: Int32) -> FormatError.Code {
        switch focus_status(rawValue: UInt32(bitPattern: status)) {
        case FOCUS_ERROR_SYSTEM, FOCUS_ERROR_MEMORY: .system
        case FOCUS_ERROR_UNRECOGNIZED: .unrecognized
        case FOCUS_ERROR_TRUNCATED: .truncated
        case FOCUS_ERROR_INVALID_HEADER: .invalidHeader
        case FOCUS_ERROR_INVALID_TENSOR: .invalidTensor
        default: .unsupported
        }
    }
}
