/// A model that takes the longest token that a word begins with, then the longest continuation, and so on.
struct WordPieceModel: TokenizationModel {
    private let trie: ByteTrie
    /// Where tokens that continue a word begin in the trie; -1 where there are none.
    private let continuationRoot: Int32
    private let unknownToken: [UInt8]
    private let unknownID: Int32?
    private let maximumCharacters: Int

    /// Makes a model; words of more than `maximumCharacters` scalars are unknown.
    init(tokens: [(bytes: [UInt8], value: Int32)], unknownToken: [UInt8], prefix: [UInt8], maximumCharacters: Int) {
        trie = ByteTrie(tokens)
        continuationRoot = trie.node(after: prefix)
        self.unknownToken = unknownToken
        self.maximumCharacters = maximumCharacters
        unknownID = WordPieceModel.id(of: unknownToken, in: trie)
    }

    private static func id(of token: [UInt8], in trie: ByteTrie) -> Int32? {
        let node = trie.node(after: token)
        guard node >= 0, trie.value(at: node) >= 0 else { return nil }
        return trie.value(at: node)
    }

    func id(of token: [UInt8]) -> Int32? {
        WordPieceModel.id(of: token, in: trie)
    }

    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        try tokenize(word, from: ByteTrie.root, into: &ids, without: scratch.excluded)
    }

    /// Appends the ids of `word`, which continues one.
    func continueWord(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        try tokenize(word, from: continuationRoot, into: &ids, without: scratch.excluded)
    }

    private func tokenize(
        _ word: Span<UInt8>, from firstRoot: Int32, into ids: inout [Int32], without excluded: Int32
    ) throws(TokenizerError) {
        let first = ids.count
        guard isShortEnough(word), match(word, from: firstRoot, into: &ids, without: excluded) else {
            ids.removeSubrange(first...)
            return try appendUnknown(&ids)
        }
    }

    /// Appends the tokens that `word` begins with, each the longest; false where something of it is left.
    private func match(
        _ word: Span<UInt8>, from firstRoot: Int32, into ids: inout [Int32], without excluded: Int32
    ) -> Bool {
        var position = 0
        var root = firstRoot
        while position < word.count {
            guard root >= 0,
                let (end, id) = trie.longestMatch(in: word, at: position, from: root, without: excluded)
            else { return false }
            ids.append(id)
            position = end
            root = continuationRoot
        }
        return true
    }

    /// The tokens that were taken of a word before none went on, so that it is unknown; none where it is not.
    func tokensBeforeFailure(in word: Span<UInt8>) -> [Int32] {
        var ids: [Int32] = []
        guard isShortEnough(word) else { return [] }
        return match(word, from: ByteTrie.root, into: &ids, without: -1) ? [] : ids
    }

    private func isShortEnough(_ word: Span<UInt8>) -> Bool {
        guard word.count > maximumCharacters else { return true }
        var characters = 0
        for index in 0..<word.count where word[index] & 0xC0 != 0x80 { characters += 1 }
        return characters <= maximumCharacters
    }

    private func appendUnknown(_ ids: inout [Int32]) throws(TokenizerError) {
        guard let unknownID else {
            throw TokenizerError(
                .untokenizable,
                "a word is not in the vocabulary, and neither is the unknown token '\(TokenName(unknownToken))'")
        }
        ids.append(unknownID)
    }
}
