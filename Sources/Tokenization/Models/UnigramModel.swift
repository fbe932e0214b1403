private import CKernels

/// A model that chooses the most probable sequence of pieces. (Kudo 2018, arXiv 1804.10959)
struct UnigramModel: TokenizationModel {
    private let trie: ByteTrie
    /// The logarithm of the probability of each piece, by id.
    let scores: [Double]
    private let unknownID: Int32?
    private let unknownScore: Double
    private let byteTokens: ByteTokens?

    /// How much less an unknown character scores than the least probable piece.
    private static let unknownPenalty = 10.0

    /// Makes a model of `pieces`; the id of a piece is its index.
    init(pieces: [(bytes: [UInt8], score: Double)], unknownID: Int?, byteFallback: Bool) {
        let trie = ByteTrie(pieces.enumerated().map { ($1.bytes, Int32($0)) })
        self.trie = trie
        scores = pieces.map(\.score)
        self.unknownID = unknownID.map(Int32.init)
        unknownScore = (scores.min() ?? 0) - UnigramModel.unknownPenalty
        byteTokens = byteFallback ? ByteTokens { UnigramModel.id(of: $0, in: trie) } : nil
    }

    private static func id(of token: [UInt8], in trie: ByteTrie) -> Int32? {
        let node = trie.node(after: token)
        guard node >= 0, trie.value(at: node) >= 0 else { return nil }
        return trie.value(at: node)
    }

    func id(of token: [UInt8]) -> Int32? {
        UnigramModel.id(of: token, in: trie)
    }

    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        try segment(word, &scratch)
        for piece in scratch.pieces.reversed() {
            let id = scratch.paths[piece.upperBound].value
            if id != unknownID {
                ids.append(id)
            } else {
                appendUnknown(word.extracting(piece), to: &ids)
            }
        }
    }

    /// Unknown characters in a row make one token; where bytes have tokens, one for each byte.
    private func appendUnknown(_ text: Span<UInt8>, to ids: inout [Int32]) {
        if let (end, id) = trie.longestMatch(in: text, at: 0), end == text.count {
            ids.append(id)
        } else if let byteTokens, byteTokens.spell(text) {
            for index in 0..<text.count { ids.append(byteTokens.id(of: text[index])) }
        } else if let unknownID {
            ids.append(unknownID)
        }
    }

    func surfaces(of word: Span<UInt8>, scratch: inout ModelScratch) throws(TokenizerError) -> [[UInt8]]? {
        try segment(word, &scratch)
        var surfaces: [[UInt8]] = []
        for piece in scratch.pieces.reversed() {
            let text = word.extracting(piece)
            let isSpelled = byteTokens?.spell(text) == true && id(of: text.copy) == nil
            surfaces += isSpelled ? text.copy.map(ByteTokens.text(of:)) : [text.copy]
        }
        return surfaces
    }

    /// Leaves the chosen pieces in `scratch.pieces`, last first, unknown ones in a row fused.
    private func segment(_ word: Span<UInt8>, _ scratch: inout ModelScratch) throws(TokenizerError) {
        let unspelled = trie.findBestPaths(
            in: word, scores: scores, without: scratch.excluded, unknown: unknownID ?? -1, unknownScore: unknownScore,
            &scratch.paths)
        if let unspelled { throw UnigramModel.cannotSpell(word, characterAt: unspelled) }
        scratch.pieces.removeAll(keepingCapacity: true)
        var end = word.count
        var nextIsUnknown = false
        while end > 0 {
            let path = scratch.paths[end]
            let start = Int(path.start)
            let isUnknown = path.value == unknownID
            if isUnknown, nextIsUnknown, let next = scratch.pieces.popLast() {
                scratch.pieces.append(start..<next.upperBound)
            } else {
                scratch.pieces.append(start..<end)
            }
            nextIsUnknown = isUnknown
            end = start
        }
    }

    private static func cannotSpell(_ word: Span<UInt8>, characterAt start: Int) -> TokenizerError {
        let end = min(start + UTF8Length.ofScalar(startingWith: word[start]), word.count)
        let character = String(decoding: word.extracting(start..<end).copy, as: UTF8.self)
        return TokenizerError(
            .untokenizable,
            "the vocabulary has no piece for '\(character)', and the model names no 'unk_id' for what it cannot spell")
    }
}

extension Span<UInt8> {
    /// The bytes as an array.
    var copy: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in indices { bytes.append(self[index]) }
        return bytes
    }
}
