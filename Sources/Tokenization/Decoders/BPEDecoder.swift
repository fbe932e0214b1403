internal import Vocabularies

/// Turns the marks of word ends into spaces, but the last token's into nothing.
struct BPEDecoder: TokenDecoder {
    /// The mark.
    let suffix: [UInt8]

    var loneSteps: [DecodingStep]? { [.replace(suffix, with: [])] }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            let space: [UInt8] = index == tokens.count - 1 ? [] : [UInt8(ascii: " ")]
            tokens[index] = tokens[index].replacing(suffix, with: space)
        }
    }
}
