internal import JSON
internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// Tokenizers that come as lists of tokens.
extension TokenizerSource {
    /// The pieces of `lists`, or what a tokenizer.json would say of its merges.
    static func described(_ lists: TokenizerLists) throws -> (pieces: PieceList?, json: JSONValue) {
        switch lists {
        case .pieces(let pieces): return (pieces, try JSONDocument(Array("{}".utf8)).root)
        case .ranked(let merges, let pattern):
            let model = JSONBuilder.object([
                .init("type", .text("BPE")), .init("ignore_merges", .boolean(true)),
                .init("merges", .array(merges.map { .array([.string($0.left), .string($0.right)]) })),
            ])
            let json = JSONBuilder.object([
                .init("pre_tokenizer", BytePatterns.preTokenizer([pattern])), .init("model", model),
            ])
            return (nil, try JSONDocument(json.written(), limits: JSONLimits()).root)
        }
    }

    /// The tokens of `tokenizer` by id, for a table of `rows` rows, and which of them are looked for before all others.
    ///
    /// - Throws: `FocusError` where there are more than rows.
    static func listed(
        _ tokenizer: Tokenizer, _ pieces: PieceList?, rows: Int, at path: FilePath
    ) throws(FocusError) -> (tokens: [[UInt8]?], added: [Int: Bool]) {
        var tokens = [[UInt8]?](repeating: nil, count: rows)
        for id in tokenizer.vocabulary.ids {
            guard let text = tokenizer.vocabulary.text(of: id)?.bytes else { continue }
            try check(id, of: text, rows: rows, at: path)
            tokens[id] = text
        }
        for (id, piece) in (pieces?.pieces ?? []).enumerated() {
            try check(id, of: piece.text, rows: rows, at: path)
            tokens[id] = piece.text
        }
        var added: [Int: Bool] = [:]
        for token in tokenizer.addedTokens {
            try check(token.id, of: token.content, rows: rows, at: path)
            tokens[token.id] = token.content
            added[token.id] = token.isSpecial
        }
        return (tokens, added)
    }
}
