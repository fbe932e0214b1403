/// Replaces what a pattern matches.
struct ReplaceDecoder: TokenDecoder {
    /// What is replaced.
    let pattern: Pattern
    /// What it is replaced with.
    let content: [UInt8]

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            // A pattern that gives up leaves its token as it is.
            if let replaced = try? replaced(tokens[index]) { tokens[index] = replaced }
        }
    }

    private func replaced(_ token: [UInt8]) throws(TokenizerError) -> [UInt8] {
        var output: [UInt8] = []
        var position = 0
        for match in try pattern.matches(in: token.span) {
            output += token[position..<match.lowerBound]
            output += content
            position = match.upperBound
        }
        return output + token[position...]
    }
}
