internal import Vocabularies

/// Takes up to so many of one character from the start and the end of each token.
struct StripDecoder: TokenDecoder {
    /// The character, one scalar.
    let content: [UInt8]
    /// How many at most from the start.
    let start: Int
    /// How many at most from the end.
    let stop: Int

    var loneSteps: [DecodingStep]? { [.stripStart(content, limit: start), .stripEnd(content, limit: stop)] }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            var token = tokens[index][...]
            var taken = 0
            while taken < start, token.starts(with: content) {
                token = token.dropFirst(content.count)
                taken += 1
            }
            taken = 0
            while taken < stop, token.count >= content.count, token.suffix(content.count).elementsEqual(content) {
                token = token.dropLast(content.count)
                taken += 1
            }
            tokens[index] = Array(token)
        }
    }
}
