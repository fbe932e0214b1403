/// The text of a token, compared and hashed as UTF-8 bytes.
///
/// `String` compares by canonical equivalence, under which dozens of pairs of XLM-R tokens are "equal"; a token is
/// its bytes.
public struct TokenText: Hashable, Sendable, Comparable, ExpressibleByStringLiteral {
    /// The UTF-8 bytes; not necessarily valid UTF-8 when they came from a file that is not.
    public let bytes: [UInt8]

    /// Makes a token text of `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes a token text of the UTF-8 bytes of `string`.
    public init(_ string: String) {
        bytes = Array(string.utf8)
    }

    /// Makes a token text of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// Orders by bytes, which for valid UTF-8 is the order of code points.
    public static func < (a: TokenText, b: TokenText) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }
}

extension TokenText: CustomStringConvertible {
    /// The text, with ill-formed bytes repaired.
    public var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
