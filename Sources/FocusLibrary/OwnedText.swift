/// Text that a caller was given.
@safe final class OwnedText: @unchecked Sendable {
    /// The bytes, and a zero byte behind them.
    let bytes: UnsafeMutableBufferPointer<CChar>

    init(_ text: [UInt8]) {
        unsafe bytes = .allocate(capacity: text.count + 1)
        for (index, byte) in text.enumerated() { unsafe bytes[index] = CChar(bitPattern: byte) }
        unsafe bytes[text.count] = 0
    }

    deinit {
        unsafe bytes.deallocate()
    }
}
