/// What SentencePiece does with spaces: drops superfluous ones, puts one before the text and spells them `▁`.
struct SentencePieceSpaces: Normalizer {
    /// Whether spaces at both ends go, and of several in a row all but one.
    let removesExtra: Bool
    /// Whether a space is put before the text.
    let addsPrefix: Bool

    /// U+2581 in UTF-8.
    static let mark: [UInt8] = [0xE2, 0x96, 0x81]

    var withoutPrefix: (any Normalizer)? { SentencePieceSpaces(removesExtra: removesExtra, addsPrefix: false) }

    func normalize(_ text: inout NormalizedText) {
        let bytes = text.bytes
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 4 + 8)
        var isAfterSpace = removesExtra
        if addsPrefix { output += SentencePieceSpaces.mark }
        let start = output.count
        for byte in bytes {
            if byte != UInt8(ascii: " ") {
                output.append(byte)
                isAfterSpace = false
            } else if !isAfterSpace {
                output += SentencePieceSpaces.mark
                isAfterSpace = removesExtra
            }
        }
        if removesExtra {
            // Marks that stood in the text as such go, too.
            while output.count > start, output.suffix(3).elementsEqual(SentencePieceSpaces.mark) {
                output.removeLast(3)
            }
        }
        text.bytes = output.count == start ? [] : output
    }
}
