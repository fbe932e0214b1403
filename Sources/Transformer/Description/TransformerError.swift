/// Why a model cannot be run: one sentence that names the setting or the tensor, and why.
public struct TransformerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: Sendable {
        /// No description of this family is known.
        case unknownFamily
        /// A setting has a value, or a tensor is there, that is not known to be run rightly.
        case unsupported
        /// A tensor is missing or has another shape.
        case weights
        /// What is asked for cannot be: too many positions, an id without a row.
        case input
        /// States are no finite numbers.
        case notFinite
        /// A file cannot be read, or a temporary one not written.
        case file
    }

    /// What kind of failure this is.
    public let code: Code
    /// The sentence.
    public let description: String

    /// Makes an error.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
