internal import FocusEngine

/// Stands in for a model where only its tokens are wanted; it does not encode.
struct VocabularyOnlyModel: TokenizationModel {
    private let tokens: [(id: Int, text: TokenText)]

    init(_ tokens: [(id: Int, text: TokenText)]) {
        self.tokens = tokens
    }

    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        throw TokenizerError(
            .unsupported, "only the vocabulary of this tokenizer was loaded, so that it does not encode")
    }

    /// Looked up one by one: only added tokens are asked for, and making a table takes longer than a few look-ups.
    func id(of token: [UInt8]) -> Int32? {
        tokens.first { $0.text.bytes == token }.map { Int32($0.id) }
    }
}
