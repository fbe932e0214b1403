/// Makes each scalar lowercase, whatever stands around it.
struct LowercaseNormalizer: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        Self.lowercase(&text.bytes)
    }

    /// Makes each scalar lowercase.
    static func lowercase(_ bytes: inout [UInt8]) {
        let changed = lowercased(bytes.span)
        if let changed { bytes = changed }
    }

    /// The text in lowercase; nil where it is that already.
    private static func lowercased(_ text: Span<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var copied = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                if byte &- 0x41 < 26 {
                    text.append(copied..<index, to: &output)
                    output.append(byte | 0x20)
                    copied = index + 1
                }
                index += 1
                continue
            }
            let scalar = text.scalar(at: index)
            if Scalars.flags(scalar.value).contains(.uppercase) {
                text.append(copied..<index, to: &output)
                output.append(scalar: Scalars.lowercase(scalar.value))
                if scalar.value == 0x130 { output.append(scalar: 0x307) }
                copied = index + scalar.length
            }
            index += scalar.length
        }
        guard copied > 0 else { return nil }
        text.append(copied..<text.count, to: &output)
        return output
    }
}
