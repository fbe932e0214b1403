/// Cuts at one character, which is dropped.
struct DelimiterPreTokenizer: PreTokenizer {
    let delimiter: UInt32

    func split(_ text: inout PreTokenizedText) {
        text.cutEach(.removed) { $0 == delimiter }
    }
}
