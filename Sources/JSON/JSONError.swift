/// Why bytes are not the JSON that was expected.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found and what was expected.
    public let message: String
    /// The offset of the first byte that is wrong.
    public let byteOffset: Int

    /// Makes an error about the byte at `byteOffset`.
    public init(_ message: String, byteOffset: Int) {
        self.message = message
        self.byteOffset = byteOffset
    }

    /// The message with its place.
    public var description: String {
        "\(message) (byte \(byteOffset))"
    }
}
