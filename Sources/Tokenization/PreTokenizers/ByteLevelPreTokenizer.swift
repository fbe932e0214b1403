/// GPT-2's way: perhaps a space in front of each piece, cuts by its expression, and each byte spelled as a printable
/// character.
struct ByteLevelPreTokenizer: PreTokenizer {
    private var addsPrefixSpace: Bool
    private let cutsWords: Bool

    init(_ fields: ComponentFields) throws(TokenizerError) {
        addsPrefixSpace = try fields.boolean("add_prefix_space")
        cutsWords = try fields.boolean("use_regex", or: true)
        // Offsets are none of ours, but a file without the field is not valid.
        _ = try fields.boolean("trim_offsets")
    }

    var withoutPrefix: any PreTokenizer {
        var step = self
        step.addsPrefixSpace = false
        return step
    }

    func split(_ text: inout PreTokenizedText) {
        if addsPrefixSpace { prefix(&text) }
        if cutsWords { text.cutEach { WordScanner.gpt2.scan($0, from: $1, &$2) } }
        text.awaitsSpelling = true
    }

    /// Puts a space before each piece that does not begin with one.
    private func prefix(_ text: inout PreTokenizedText) {
        guard text.pieces.contains(where: { text.bytes[$0.lowerBound] != 0x20 }) else { return }
        text.rewrite { text, bytes, pieces in
            for piece in text.pieces {
                let start = bytes.count
                if text.bytes[piece.lowerBound] != 0x20 { bytes.append(0x20) }
                text.bytes.span.append(piece, to: &bytes)
                pieces.append(start..<bytes.count)
            }
        }
    }
}
