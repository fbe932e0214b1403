internal import Vocabularies

/// Where the words that a tokenizer is trained on are cut beside where its own steps cut: what lies on both sides shall
/// never be one token.
struct WordCutting: Sendable {
    /// Whether a word begins with the sign of a space, `▁`, wherever one follows another character: SentencePiece's
    /// tokenizers often have no step that cuts there.
    var atSpaces = false
    /// Whether each digit stands alone.
    var atDigits = false

    /// Longer words are cut, which bounds the time that one takes.
    static let longest = 192
    private static let space: [UInt8] = [0xE2, 0x96, 0x81]

    /// Calls `body` with each part of `word`, which is well-formed UTF-8.
    func forEachPart(of word: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        var (start, position) = (0, 0)
        var previousIsSpace = true
        while position < word.count {
            let length = min(CodePoint.length(word[position]), word.count - position)
            let isSpace = atSpaces && WordCutting.isSpace(word, at: position)
            let next = position + length
            // In a row of spaces, only the last belongs to what follows.
            let startsWord =
                isSpace
                && (!previousIsSpace
                    || (position > start && next < word.count && !WordCutting.isSpace(word, at: next)))
            let isDigit = atDigits && length == 1 && (0x30...0x39).contains(word[position])
            if position > start, startsWord || isDigit || next - start > WordCutting.longest {
                body(word.extracting(start..<position))
                start = position
            }
            if isDigit {
                body(word.extracting(start..<next))
                start = next
            }
            previousIsSpace = isSpace
            position = next
        }
        if start < word.count { body(word.extracting(start..<word.count)) }
    }

    private static func isSpace(_ word: Span<UInt8>, at position: Int) -> Bool {
        position + 3 <= word.count && word[position] == space[0] && word[position + 1] == space[1]
            && word[position + 2] == space[2]
    }
}
