public import SystemPackage

/// Why a checkpoint cannot be worked on: one sentence that names what, why and the cure.
public struct FocusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found, what was expected, and the cure.
    public let message: String
    /// The file or folder concerned.
    public let path: FilePath?

    /// Makes an error.
    public init(_ message: String, path: FilePath? = nil) {
        self.message = message
        self.path = path
    }

    /// The sentence.
    public var description: String {
        path.map { "'\($0)': \(message)" } ?? message
    }
}
