internal import Files
public import SystemPackage

/// Why text could not be read: one sentence, and where.
public struct CorpusError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, Hashable, Sendable {
        /// The operating system refused.
        case system
        /// There is nothing to read: no file was named, a file is empty, or no file has a document.
        case empty
        /// The file is not what its name or its first bytes promise.
        case unrecognized
        /// The compressed data is damaged or cut short.
        case damaged
        /// Bytes are not UTF-8.
        case notUTF8
        /// A line is not a JSON object with a text.
        case invalidJSON
        /// A line is longer than the bound.
        case tooLong
    }

    /// What kind of failure this is.
    public let code: Code
    /// What was found, what was expected, and the cure; without the file's name.
    public let message: String
    /// The file; `-` is standard input.
    public var path: FilePath?
    /// The line, counted from 1.
    public var line: Int?
    /// The offset of the byte in the file's text, after decompression.
    public var byteOffset: Int?

    /// Makes an error.
    public init(_ code: Code, _ message: String, path: FilePath? = nil, line: Int? = nil, byteOffset: Int? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.line = line
        self.byteOffset = byteOffset
    }

    static func system(_ errno: Errno, _ action: String, _ path: FilePath) -> CorpusError {
        let reason =
            switch errno {
            case .noSuchFileOrDirectory: "there is no such file"
            case .isDirectory: "it is a folder; name the files in it"
            default: errno.explanation
            }
        return CorpusError(.system, "cannot \(action): \(reason)", path: path)
    }
}

extension CorpusError: CustomStringConvertible {
    /// One sentence: file, line, what is wrong, byte.
    public var description: String {
        let name = path.map { $0 == "-" ? "standard input" : "'\($0)'" }
        let place = [name, line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
        let byte = byteOffset.map { " (byte \($0))" } ?? ""
        return place.isEmpty ? message + byte : "\(place): \(message)\(byte)"
    }
}
