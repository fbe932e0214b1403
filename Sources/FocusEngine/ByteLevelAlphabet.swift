/// The table of GPT-2 by which each byte is spelled as one printable character.
///
/// Bytes that are printable in Latin-1 stand for themselves; the other 68 are U+0100 and on, in order.
public enum ByteLevelAlphabet {
    /// The byte that each scalar below U+0144 spells.
    private static let byteOfScalar: [UInt8?] = {
        var table = [UInt8?](repeating: nil, count: 0x144)
        var next = 0x100
        for byte in UInt8.min...UInt8.max {
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: table[Int(byte)] = byte
            default:
                table[next] = byte
                next += 1
            }
        }
        return table
    }()

    /// The bytes that `text` spells, or nil when one of its characters is not of the table.
    public static func bytes(of text: [UInt8]) -> [UInt8]? {
        let table = byteOfScalar
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let step = text.step(at: index)
            guard step.scalar < UInt32(table.count), let byte = table[Int(step.scalar)] else { return nil }
            output.append(byte)
            index += step.length
        }
        return output
    }
}
