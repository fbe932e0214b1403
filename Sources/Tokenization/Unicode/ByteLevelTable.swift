/// GPT-2's spelling of bytes: each byte stands as one printable scalar, of one or two bytes in UTF-8.
///
/// Printable bytes of Latin-1 stand for themselves, the 68 others, in order, for U+0100 and on.
enum ByteLevelTable {
    /// The scalar for each byte.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (0..<256).map { (byte: UInt32) in
            if isPrintable(byte) { return byte }
            defer { next += 1 }
            return next
        }
    }()

    /// The byte for each scalar below U+0144 that stands for one.
    private static let bytes: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = UInt8(byte) }
        return bytes
    }()

    private static func isPrintable(_ byte: UInt32) -> Bool {
        switch byte {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
        default: false
        }
    }

    /// The byte that `scalar` stands for, if any.
    static func byte(for scalar: UInt32) -> UInt8? {
        scalar < 0x144 ? bytes[Int(scalar)] : nil
    }

    /// Appends the spelling of `byte`.
    static func appendSpelling(of byte: UInt8, to output: inout [UInt8]) {
        output.append(scalar: scalars[Int(byte)])
    }

    /// Appends the spelling of each of `bytes`.
    static func appendSpelling(of bytes: Span<UInt8>, to output: inout [UInt8]) {
        let scalars = scalars
        for index in bytes.indices { output.append(scalar: scalars[Int(bytes[index])]) }
    }
}
