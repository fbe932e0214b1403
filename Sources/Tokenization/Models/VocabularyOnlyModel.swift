internal import Vocabularies

/// Stands in for a model where only its tokens are wanted; it does not encode.
struct VocabularyOnlyModel: TokenizationModel {
    private let table: TokenTable

    /// Makes a model of tokens by their texts.
    init(_ table: TokenTable) {
        self.table = table
    }

    /// Makes a model of tokens; of several with one text the last counts.
    ///
    /// A table is worth its time: a file may add thousands of tokens, and each is looked for here.
    init(_ tokens: [(id: Int, text: TokenText)]) {
        var table = TokenTable(capacity: tokens.count)
        for (id, text) in tokens { table.insert(text.bytes.span, id: Int32(id)) }
        self.init(table)
    }

    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        throw TokenizerError(
            .unsupported, "only the vocabulary of this tokenizer was loaded, so that it does not encode")
    }

    func id(of token: [UInt8]) -> Int32? {
        table.id(of: token)
    }
}
