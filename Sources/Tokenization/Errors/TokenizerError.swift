public import SystemPackage

/// Why a tokenizer could not be read or used: one sentence, and where.
public struct TokenizerError: Error, Hashable, Sendable {
    /// The kinds of failure; open.
    public struct Code: Hashable, Sendable {
        /// A stable identifier.
        public let rawValue: String

        /// Makes a code.
        public init(_ rawValue: String) {
            self.rawValue = rawValue
        }

        /// The operating system refused.
        public static let system = Code("system")
        /// The file is not of this kind, or no tokenizer was found.
        public static let unrecognized = Code("unrecognized")
        /// The file contradicts itself or its format.
        public static let invalid = Code("invalid")
        /// The file needs a component that is not known.
        public static let unsupported = Code("unsupported")
        /// A text could not be tokenized.
        public static let untokenizable = Code("untokenizable")
    }

    /// What kind of failure this is.
    public let code: Code
    /// What was found, what was expected, and the cure; without the file's name.
    public let message: String
    /// The file.
    public var path: FilePath?

    /// Makes an error.
    public init(_ code: Code, _ message: String, path: FilePath? = nil) {
        self.code = code
        self.message = message
        self.path = path
    }

    /// The same error with the file named, where it was not.
    public func at(_ path: FilePath) -> TokenizerError {
        var error = self
        error.path = error.path ?? path
        return error
    }
}

extension TokenizerError: CustomStringConvertible {
    /// One sentence: file, and what is wrong.
    public var description: String {
        path.map { "'\($0)': \(message)" } ?? message
    }
}
