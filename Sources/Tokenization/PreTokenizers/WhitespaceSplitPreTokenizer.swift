/// Cuts at white space, which is dropped.
struct WhitespaceSplitPreTokenizer: PreTokenizer {
    func split(_ text: inout PreTokenizedText) {
        text.cutEach(.removed) { Scalars.flags($0).contains(.whitespace) }
    }
}
