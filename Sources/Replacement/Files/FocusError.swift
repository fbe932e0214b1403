public import SystemPackage

/// Why a checkpoint cannot be worked on: one sentence that names what, why and the cure.
public struct FocusError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure, for programs; open, so that more can come.
    public struct Code: Hashable, Sendable {
        /// A stable identifier.
        public let rawValue: String

        /// Makes a code.
        public init(_ rawValue: String) {
            self.rawValue = rawValue
        }

        /// What is in a file or folder is not what it should be, or not what can be worked on.
        public static let input = Code("input")
        /// A file or folder is not there.
        public static let missing = Code("missing")
        /// An option says what cannot be.
        public static let option = Code("option")
        /// A name cannot be written, or has been taken.
        public static let destination = Code("destination")
        /// There is not enough room on a disk.
        public static let room = Code("room")
    }

    /// What kind of failure this is.
    public let code: Code
    /// What was found, what was expected, and the cure.
    public let message: String
    /// The file or folder concerned.
    public let path: FilePath?
    /// The error that this one follows from, where there is one.
    public let cause: (any Error)?

    /// Makes an error.
    public init(_ message: String, path: FilePath? = nil, code: Code = .input, cause: (any Error)? = nil) {
        self.message = message
        self.path = path
        self.code = code
        self.cause = cause
    }

    /// The sentence.
    public var description: String {
        path.map { "'\($0)': \(message)" } ?? message
    }
}

extension FocusError: Hashable {
    /// Whether both say the same; causes are not compared.
    public static func == (a: FocusError, b: FocusError) -> Bool {
        a.code == b.code && a.message == b.message && a.path == b.path
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
        hasher.combine(path)
    }
}
