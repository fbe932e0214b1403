/// Cuts at white space, which is dropped.
struct WhitespaceSplitPreTokenizer: PreTokenizer {
    func split(_ text: inout PreTokenizedText) {
        text.cutEach(.removed, where: Scalars.isWhitespace)
    }
}
