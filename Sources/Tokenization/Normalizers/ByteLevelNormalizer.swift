/// Spells each byte as GPT-2 does.
struct ByteLevelNormalizer: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        var output: [UInt8] = []
        output.reserveCapacity(text.bytes.count * 2)
        for byte in text.bytes { ByteLevelTable.appendSpelling(of: byte, to: &output) }
        text.bytes = output
    }
}
