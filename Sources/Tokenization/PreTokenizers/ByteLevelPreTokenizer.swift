/// GPT-2's way: perhaps a space in front of each piece, cuts by its expression, and each byte spelled as a printable character.
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
        var output: [UInt8] = []
        output.reserveCapacity(text.bytes.count + text.bytes.count / 2)
        var pieces: [Range<Int>] = []
        var words: [Range<Int>] = []
        for piece in text.pieces {
            if addsPrefixSpace, text.bytes[piece.lowerBound] != 0x20 {
                let spaced = [0x20] + text.bytes[piece]
                append(spaced.span, &words, &output, &pieces)
            } else {
                append(text.bytes.span.extracting(piece), &words, &output, &pieces)
            }
        }
        if cutsWords, text.hasLostItsStart { text.startsAtOrigin = false }
        text.bytes = output
        text.pieces = pieces
    }

    private func append(
        _ text: Span<UInt8>, _ words: inout [Range<Int>], _ output: inout [UInt8], _ pieces: inout [Range<Int>]
    ) {
        words.removeAll(keepingCapacity: true)
        if cutsWords { WordScanner.gpt2.scan(text, &words) } else { words.append(0..<text.count) }
        for word in words {
            let start = output.count
            for index in word { ByteLevelTable.appendSpelling(of: text[index], to: &output) }
            pieces.append(start..<output.count)
        }
    }
}
