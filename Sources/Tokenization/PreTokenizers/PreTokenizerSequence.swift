/// Pre-tokenizers one after the other, each on the pieces of the one before.
struct PreTokenizerSequence: PreTokenizer {
    let preTokenizers: [any PreTokenizer]

    func split(_ text: inout PreTokenizedText) {
        for preTokenizer in preTokenizers where text.failure == nil {
            text.spell()
            preTokenizer.split(&text)
        }
    }

    var withoutPrefix: any PreTokenizer { PreTokenizerSequence(preTokenizers: preTokenizers.map(\.withoutPrefix)) }
}
