/// The table of GPT-2 by which each byte is spelled as one printable character.
///
/// Bytes that are printable in Latin-1 stand for themselves; the other 68 are U+0100 and on, in order.
public enum ByteLevelAlphabet {
    /// The byte that `scalar` spells; nil where it is not of the table.
    private static func byte(of scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: UInt8(scalar)
        case 0x100...0x120: UInt8(scalar - 0x100)
        case 0x121...0x142: UInt8(scalar - 0x121 + 0x7F)
        case 0x143: 0xAD
        default: nil
        }
    }

    /// The bytes that `text` spells, or nil when one of its characters is not of the table.
    public static func bytes(of text: [UInt8]) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let step = text.step(at: index)
            guard let byte = byte(of: step.scalar) else { return nil }
            output.append(byte)
            index += step.length
        }
        return output
    }
}
