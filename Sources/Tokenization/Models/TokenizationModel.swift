internal import CKernels

/// What turns one piece of text into token ids.
protocol TokenizationModel: Sendable {
    /// Appends the ids of `word`, which is not empty and well-formed UTF-8.
    ///
    /// - Throws: `TokenizerError` where the vocabulary has no way to spell `word` and no token for the unknown.
    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError)

    /// The id of the token that is spelled `token` in the model's own vocabulary.
    func id(of token: [UInt8]) -> Int32?

    /// What the tokens of `word` stand for one by one, where that is not the text of the id; nil where it always is.
    func surfaces(of word: Span<UInt8>, scratch: inout ModelScratch) throws(TokenizerError) -> [[UInt8]]?
}

extension TokenizationModel {
    func surfaces(of word: Span<UInt8>, scratch: inout ModelScratch) throws(TokenizerError) -> [[UInt8]]? {
        nil
    }
}

/// Memory that models reuse from word to word; one for each thread.
struct ModelScratch {
    /// Unigram: the best way to each byte.
    var paths: [focus_path] = []
    /// Unigram: the chosen pieces, last first.
    var pieces: [Range<Int>] = []
    /// BPE: the ids of a word's characters.
    var characters: [Int32] = []
    /// BPE: the symbols of a long word.
    var symbols: [BPEModel.Symbol] = []
    /// BPE: the merges that may come next.
    var queue = MergeQueue()
    /// The token that is not to be used, whatever the text; -1 for none. The least of a token's text may still need it.
    var excluded: Int32 = -1
    /// Any: a token text that is put together.
    var text: [UInt8] = []
}
