extension RawSpan {
    /// The byte at `offset`, which must be inside.
    public func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
    }

    /// The little-endian integer at `offset`, which must be inside.
    public func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, at offset: Int
    ) -> Value {
        Value(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }

    /// A copy of the bytes.
    public var copied: [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
