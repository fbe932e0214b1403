internal import CFocusPlugin

/// Why a file could not be read or written: one sentence, and where.
struct GGUFError: Error {
    /// What kind of failure this is, as the header of plug-ins counts them.
    let status: focus_status
    /// What was found, what was expected, and the cure.
    let message: String
    /// The first byte of the file that is wrong.
    var byteOffset: Int?
    /// The number of the tensor, where what is wrong is found out after the tensors have been listed.
    var tensor: Int?

    /// Makes an error.
    init(_ status: focus_status, _ message: String, byteOffset: Int? = nil, tensor: Int? = nil) {
        self.status = status
        self.message = message
        self.byteOffset = byteOffset
        self.tensor = tensor
    }

    /// The same error with the tensor named, where it was not.
    func about(tensor: Int) -> GGUFError {
        var error = self
        error.tensor = error.tensor ?? tensor
        return error
    }
}

/// How bytes that should be text are shown in a sentence.
func quoted(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.prefix(100).map { $0 == 0 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    return bytes.count > 100 ? "'\(text)...'" : "'\(text)'"
}
