internal import JSON
internal import Vocabularies

/// Byte strings with ranks, as tiktoken and Mistral's tekken list them: the merges of a byte-level BPE model without
/// being written down, since two neighbours become the token of their bytes, the one of the lowest rank first.
struct RankedTokens {
    /// A token of the text.
    struct Token {
        /// How early it is made of others.
        var rank: Int
        /// What it stands for.
        var bytes: [UInt8]
    }

    /// The tokens of the text, by rank.
    let tokens: [Token]
    /// The id of rank 0.
    let firstID: Int
    /// Tokens that are no text, with their ids.
    let specials: [(id: Int, token: AddedToken)]
    /// The regular expression whose matches are merged, each by itself.
    let pattern: String

    /// Longer ones would take time without end, and no file of use has any.
    private static let longestToken = 4096

    /// Checks and sorts `tokens`.
    ///
    /// - Throws: `.invalid` where a rank occurs twice, a token is empty or longer than any can be, or a byte has no
    ///   token.
    init(
        _ tokens: [Token], firstID: Int = 0, specials: [(id: Int, token: AddedToken)], pattern: String
    ) throws(TokenizerError) {
        let sorted = tokens.sorted { $0.rank < $1.rank }
        for (token, next) in zip(sorted, sorted.dropFirst()) where token.rank == next.rank {
            throw TokenizerError(.invalid, "two tokens have the rank \(token.rank)")
        }
        for token in sorted where token.bytes.isEmpty || token.bytes.count > RankedTokens.longestToken {
            throw TokenizerError(
                .invalid,
                "the token of rank \(token.rank) has \(token.bytes.count) bytes, where 1 to "
                    + "\(RankedTokens.longestToken) are possible")
        }
        let bytes = Set(sorted.lazy.filter { $0.bytes.count == 1 }.map { $0.bytes[0] })
        if let missing = (0...UInt8.max).first(where: { !bytes.contains($0) }) {
            throw TokenizerError(
                .invalid,
                "has no token for the byte \(missing), so that not every text can be cut; it may be cut short")
        }
        (self.tokens, self.firstID, self.specials, self.pattern) = (sorted, firstID, specials, pattern)
    }

    /// The parts of the tokenizer: what `tokenizers` has for the same file.
    ///
    /// - Throws: `.invalid` where an id is none, or a text is listed twice, and for a pattern that is no regular
    ///   expression.
    func parts() throws(TokenizerError) -> TokenizerParts {
        let texts =
            specials.map { (id: $0.id, text: $0.token.content) } + tokens.map { (firstID + $0.rank, text(of: $0)) }
        let vocabulary = try ModelVocabulary(texts)
        var options = BPEModel.Options()
        options.ignoresMerges = true
        let model = BPEModel(table: vocabulary.table, merges: try merges(), options: options)
        var parts = TokenizerParts(model: model, tokens: vocabulary.tokens, spelling: .byteLevel)
        parts.preTokenizer = try PreTokenizerFactory.make(ComponentJSON.value(BytePatterns.preTokenizer([pattern])))
        parts.decoder = ByteLevelDecoder()
        parts.added = specials.map(\.token)
        return parts
    }

    /// The text of a token in GPT-2's spelling of bytes.
    func text(of token: Token) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(2 * token.bytes.count)
        ByteLevelTable.appendSpelling(of: token.bytes.span, to: &text)
        return text
    }

    /// The ids of all tokens, in their order, with every way to make them of two others.
    ///
    /// - Throws: `.invalid` where an id is none, or a token is listed twice.
    func halves() throws(TokenizerError) -> [(id: Int32, ways: [(left: Int32, right: Int32)])] {
        var ids = TokenTable(capacity: tokens.count)
        for token in tokens {
            guard let id = TokenID.checked(firstID + token.rank) else {
                throw TokenizerError(.invalid, "there are more than \(Vocabulary.maximumRowCount) tokens")
            }
            guard ids.insert(token.bytes.span, id: id) == nil else {
                throw TokenizerError(.invalid, "the token of rank \(token.rank) is listed under a lower rank, too")
            }
        }
        let known = ids
        return tokens.map { token in
            (
                Int32(firstID + token.rank),
                known.halves(of: token.bytes.span, betweenCharacters: false).map { ($0.left, $0.right) }
            )
        }
    }

    /// Every way to make a token of two others. All ways have the token's rank, so that of several the first in the
    /// text is taken, as tiktoken does.
    private func merges() throws(TokenizerError) -> MergeTable {
        let found = try halves()
        var merges = MergeTable(capacity: found.reduce(0) { $0 + $1.ways.count })
        for (id, ways) in found {
            for way in ways { merges.insert(way.left, way.right, .init(rank: UInt32(id), id: id)) }
        }
        return merges
    }
}
