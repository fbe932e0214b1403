/// Spells each byte as GPT-2 does.
struct ByteLevelNormalizer: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        var output: [UInt8] = []
        output.reserveCapacity(text.bytes.count * 2)
        ByteLevelTable.appendSpelling(of: text.bytes.span, to: &output)
        text.bytes = output
    }
}
