/// A model whose tokens are whole pieces.
struct WordLevelModel: TokenizationModel {
    private let table: TokenTable
    private let unknownToken: [UInt8]
    private let unknownID: Int32?

    /// Makes a model; what is not in `table` becomes `unknownToken`.
    init(table: TokenTable, unknownToken: [UInt8]) {
        self.table = table
        self.unknownToken = unknownToken
        unknownID = table.id(of: unknownToken)
    }

    func id(of token: [UInt8]) -> Int32? {
        table.id(of: token)
    }

    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        guard let id = table.id(of: word) ?? unknownID else {
            throw TokenizerError(
                .untokenizable,
                "'\(TokenName(word.copy))' is not in the vocabulary, and neither is the unknown token "
                    + "'\(TokenName(unknownToken))'")
        }
        ids.append(id)
    }
}
