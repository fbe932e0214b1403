internal import Vocabularies

/// Joins continuations to their words and puts a space before every other token.
struct WordPieceDecoder: TokenDecoder {
    /// What marks a continuation.
    let prefix: [UInt8]
    /// Whether spaces before punctuation and in English contractions go.
    let cleansUp: Bool

    var loneSteps: [DecodingStep]? { cleansUp ? [.cleanUpWordPieceSpaces] : [] }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            if index > 0 {
                if tokens[index].starts(with: prefix) {
                    tokens[index].removeFirst(prefix.count)
                } else {
                    tokens[index].insert(UInt8(ascii: " "), at: 0)
                }
            }
            if cleansUp { tokens[index] = WordPieceDecoder.cleanedUp(tokens[index]) }
        }
    }

    private static let replacements: [(from: [UInt8], to: [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.utf8), Array($1.utf8)) }

    /// `text` without the spaces that tokenizing English put into it, one kind after the other.
    static func cleanedUp(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(UInt8(ascii: " ")) else { return text }
        return replacements.reduce(text) { $0.replacing($1.from, with: $1.to) }
    }
}

extension [UInt8] {
    /// These bytes with every `pattern`, from left to right, replaced; an empty pattern is nowhere.
    func replacing(_ pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
        guard let first = pattern.first, count >= pattern.count else { return self }
        var output: [UInt8] = []
        var position = 0
        while position < count {
            if self[position] == first, self[position...].starts(with: pattern) {
                output += content
                position += pattern.count
            } else {
                output.append(self[position])
                position += 1
            }
        }
        return output
    }
}
