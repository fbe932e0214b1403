internal import Vocabularies

/// Replaces what a pattern matches.
struct ReplaceDecoder: TokenDecoder {
    /// What is replaced.
    let pattern: Pattern
    /// The text that is replaced, where the pattern is one.
    var literal: [UInt8]?
    /// What it is replaced with.
    let content: [UInt8]

    /// A regular expression is no step: the engine that compares tokens knows texts only.
    var loneSteps: [DecodingStep]? { literal.map { [.replace($0, with: content)] } }

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
