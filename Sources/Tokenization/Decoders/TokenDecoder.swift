internal import Vocabularies

/// A step from token texts back to text: each changes the list of strings, which are joined in the end.
protocol TokenDecoder: Sendable {
    /// Changes `tokens` in place.
    func decode(_ tokens: inout [[UInt8]])

    /// What this does to a token that is alone, the first and the last of its text; nil where no steps say it.
    var loneSteps: [DecodingStep]? { get }
}

/// Steps in order.
struct DecoderSequence: TokenDecoder {
    let steps: [any TokenDecoder]

    var loneSteps: [DecodingStep]? {
        var lone: [DecodingStep] = []
        for step in steps {
            guard let more = step.loneSteps else { return nil }
            lone += more
        }
        return lone
    }

    func decode(_ tokens: inout [[UInt8]]) {
        for step in steps { step.decode(&tokens) }
    }
}

/// Joins all strings, for the sake of the steps that follow.
struct FuseDecoder: TokenDecoder {
    var loneSteps: [DecodingStep]? { [] }

    func decode(_ tokens: inout [[UInt8]]) {
        tokens = [Array(tokens.joined())]
    }
}
