public import SystemPackage
internal import TensorIO

/// Why word vectors could not be read or trained: one sentence, and where.
public struct EmbeddingError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, Hashable, Sendable {
        /// The operating system refused.
        case system
        /// The file is not of the expected format.
        case unrecognized
        /// The file ends before what its header promises, or goes on after it.
        case truncated
        /// The file contradicts itself.
        case invalid
        /// The file needs something that is not supported.
        case unsupported
        /// The text has too few repeated tokens to learn from.
        case tooFewTokens
        /// Training went wrong.
        case training
    }

    /// What kind of failure this is.
    public let code: Code
    /// What was found, what was expected, and the cure; without the file's name.
    public let message: String
    /// The file.
    public var path: FilePath?
    /// The line of a text file, counted from 1.
    public var line: Int?
    /// The offset in the file of the first byte that is wrong.
    public var byteOffset: Int?

    /// Makes an error.
    public init(_ code: Code, _ message: String, path: FilePath? = nil, line: Int? = nil, byteOffset: Int? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.line = line
        self.byteOffset = byteOffset
    }

    /// The same failure, as met by the layer below.
    init(_ error: FormatError) {
        let code: Code = error.code == .unrecognized ? .unrecognized : .system
        self.init(code, error.message, path: error.path, byteOffset: error.byteOffset)
    }

    /// The same error with the file named.
    func at(_ path: FilePath) -> EmbeddingError {
        var error = self
        error.path = path
        return error
    }
}

extension EmbeddingError: CustomStringConvertible {
    /// One sentence: file, line, what is wrong, byte.
    public var description: String {
        let place = [path.map { "'\($0)'" }, line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
        let byte = byteOffset.map { " (byte \($0))" } ?? ""
        return place.isEmpty ? message + byte : "\(place): \(message)\(byte)"
    }
}
