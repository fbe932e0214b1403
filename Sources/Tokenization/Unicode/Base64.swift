/// Standard base64 with padding.
package enum Base64 {
    /// The bytes that `text` stands for; nil where it is not base64.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        var bits = 0
        var count = 0
        for byte in text.dropLast(padding) {
            guard let digit = PackedNumbers.digit(byte) else { return nil }
            bits = bits << 6 | digit
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> count))
                bits &= 1 << count - 1
            }
        }
        // What the last digit has beyond whole bytes must be 0.
        return bits == 0 ? output : nil
    }
}
