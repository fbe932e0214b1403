/// A model that chooses the most probable sequence of pieces. (Kudo 2018, arXiv 1804.10959)
struct UnigramModel: TokenizationModel {
    /// The best way to spell the text up to one byte.
    struct BestPath {
        var score: Double
        /// Where the last piece begins; -1 where no way is known.
        var start: Int32
        var id: Int32
    }

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
            let id = scratch.paths[piece.upperBound].id
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
        try findPaths(word, without: scratch.excluded, &scratch.paths)
        scratch.pieces.removeAll(keepingCapacity: true)
        var end = word.count
        var nextIsUnknown = false
        while end > 0 {
            let path = scratch.paths[end]
            let start = Int(path.start)
            let isUnknown = path.id == unknownID
            if isUnknown, nextIsUnknown, let next = scratch.pieces.popLast() {
                scratch.pieces.append(start..<next.upperBound)
            } else {
                scratch.pieces.append(start..<end)
            }
            nextIsUnknown = isUnknown
            end = start
        }
    }

    /// Viterbi's algorithm over bytes: only ends of pieces are ever reached.
    private func findPaths(
        _ word: Span<UInt8>, without excluded: Int32, _ paths: inout [BestPath]
    ) throws(TokenizerError) {
        let count = word.count
        paths.removeAll(keepingCapacity: true)
        paths.append(contentsOf: repeatElement(BestPath(score: 0, start: -1, id: 0), count: count + 1))
        var start = 0
        while start < count {
            let score = paths[start].score
            let characterEnd = min(start + UTF8Length.ofScalar(startingWith: word[start]), count)
            var isCharacterKnown = false
            var node = ByteTrie.root
            var end = start
            while end < count {
                node = trie.child(of: node, word[end])
                if node < 0 { break }
                end += 1
                let id = trie.value(at: node)
                guard id >= 0, id != excluded else { continue }
                let candidate = scores[Int(id)] + score
                if paths[end].start < 0 || candidate > paths[end].score {
                    paths[end] = BestPath(score: candidate, start: Int32(start), id: id)
                }
                if end == characterEnd { isCharacterKnown = true }
            }
            if !isCharacterKnown {
                let candidate = unknownScore + score
                if paths[characterEnd].start < 0 || candidate > paths[characterEnd].score {
                    guard let unknownID else { throw UnigramModel.cannotSpell(word, start..<characterEnd) }
                    paths[characterEnd] = BestPath(score: candidate, start: Int32(start), id: unknownID)
                }
            }
            start = characterEnd
        }
    }

    private static func cannotSpell(_ word: Span<UInt8>, _ range: Range<Int>) -> TokenizerError {
        let character = String(decoding: word.extracting(range).copy, as: UTF8.self)
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
