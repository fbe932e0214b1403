internal import Vocabularies

/// Decodes connectionist temporal classification: repeated tokens are one, padding separates them.
struct CTCDecoder: TokenDecoder {
    /// The token between repeated tokens.
    let padToken: [UInt8]
    /// The token between words.
    let wordDelimiter: [UInt8]
    /// Whether delimiters become spaces, and spaces before punctuation go.
    let cleansUp: Bool

    var loneSteps: [DecodingStep]? {
        let space = [UInt8(ascii: " ")]
        return [.replace(padToken, with: [])]
            + (cleansUp ? [.cleanUpWordPieceSpaces, .replace(wordDelimiter, with: space)] : [])
    }

    func decode(_ tokens: inout [[UInt8]]) {
        var output: [[UInt8]] = []
        var previous: [UInt8]?
        for token in tokens where token != previous {
            previous = token
            var text = token.replacing(padToken, with: [])
            if cleansUp {
                text = WordPieceDecoder.cleanedUp(text).replacing(wordDelimiter, with: [UInt8(ascii: " ")])
            }
            if !text.isEmpty { output.append(text) }
        }
        tokens = output
    }
}
