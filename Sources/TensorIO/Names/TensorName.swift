/// The name of a tensor, compared and hashed as UTF-8 bytes.
public struct TensorName: Hashable, Sendable, Comparable, ExpressibleByStringLiteral {
    /// The UTF-8 bytes.
    public let bytes: [UInt8]

    /// Makes a name of `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes a name of the UTF-8 bytes of `string`.
    public init(_ string: String) {
        bytes = Array(string.utf8)
    }

    /// Makes a name of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// Whether the bytes are well-formed UTF-8.
    public var isUTF8: Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// Orders by bytes.
    public static func < (a: TensorName, b: TensorName) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }

    /// Whether the name ends with `suffix`, byte for byte.
    public func hasSuffix(_ suffix: String) -> Bool {
        bytes.reversed().starts(with: suffix.utf8.reversed())
    }
}

extension TensorName: CustomStringConvertible {
    /// The name as text.
    public var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
