/// A step from token texts back to text: each changes the list of strings, which are joined in the end.
protocol TokenDecoder: Sendable {
    /// Changes `tokens` in place.
    func decode(_ tokens: inout [[UInt8]])
}

/// Steps in order.
struct DecoderSequence: TokenDecoder {
    let steps: [any TokenDecoder]

    func decode(_ tokens: inout [[UInt8]]) {
        for step in steps { step.decode(&tokens) }
    }
}

/// Joins all strings, for the sake of the steps that follow.
struct FuseDecoder: TokenDecoder {
    func decode(_ tokens: inout [[UInt8]]) {
        tokens = [Array(tokens.joined())]
    }
}
