internal import Vocabularies

/// Turns the marks of word starts back into spaces; the first token's vanish where one was prepended.
struct MetaspaceDecoder: TokenDecoder {
    /// The mark, one scalar.
    let replacement: [UInt8]
    /// Whether tokenizing puts a mark before the text.
    let prepends: Bool

    var loneSteps: [DecodingStep]? { [.replace(replacement, with: prepends ? [] : [UInt8(ascii: " ")])] }

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices {
            let space: [UInt8] = index == 0 && prepends ? [] : [UInt8(ascii: " ")]
            tokens[index] = tokens[index].replacing(replacement, with: space)
        }
    }
}
