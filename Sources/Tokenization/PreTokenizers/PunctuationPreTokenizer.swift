/// Cuts at punctuation, to which ASCII's symbols belong.
struct PunctuationPreTokenizer: PreTokenizer {
    let behavior: SplitBehavior

    func split(_ text: inout PreTokenizedText) {
        text.cutEach(behavior) { Scalars.flags($0).contains(.punctuation) }
    }
}
