internal import Tokenization

/// SentencePiece models as they are: their own pieces, scores and kinds.
extension GGUFVocabulary {
    /// Adds `pieces`, and the tokens that the folder adds to them.
    mutating func putListed(_ pieces: PieceList) {
        let prefix = GGUFVocabulary.prefix
        builder.set("\(prefix)model", text: pieces.isUnigram ? "t5" : "llama")
        builder.set("\(prefix)pre", text: "default")
        var tokens: [[UInt8]] = []
        var kinds: [Int] = []
        var scores: [Float] = []
        for (id, token) in source.tokens.enumerated() {
            let piece = id < pieces.pieces.count ? pieces.pieces[id] : nil
            guard let token else {
                tokens.append(Array("[PAD\(id)]".utf8))
                kinds.append(PieceKind.unused.rawValue)
                scores.append(-10_000)
                continue
            }
            var kind = piece?.kind ?? .normal
            if let isSpecial = source.added[id], kind == .normal || kind == .unused || piece?.text != token {
                kind = isSpecial ? .control : .userDefined
            }
            kinds.append(kind.rawValue)
            // llama.cpp looks for these in the text as it comes, before spaces become signs.
            tokens.append(
                kind == .userDefined
                    ? Array(String(decoding: token, as: UTF8.self).replacing("\u{2581}", with: " ").utf8) : token)
            scores.append(piece.map { $0.text == token ? $0.score : -1000 } ?? -1000)
        }
        builder.set("\(prefix)tokens", texts: tokens)
        builder.set("\(prefix)token_type", integers: kinds)
        builder.set("\(prefix)scores", numbers: scores)
        builder.set("\(prefix)add_space_prefix", truth: pieces.addsPrefix)
        if pieces.isUnigram {
            if !pieces.characterMap.isEmpty {
                builder.set("\(prefix)precompiled_charsmap", bytes: pieces.characterMap)
            }
            builder.set("\(prefix)remove_extra_whitespaces", truth: pieces.removesExtraSpaces)
            if pieces.byteFallback {
                notes.append(
                    "llama.cpp does not cut to bytes what a Unigram model has no piece for: such characters are "
                        + "unknown to it")
            }
            return
        }
        var left: [String] = []
        if !pieces.characterMap.isEmpty { left.append("maps no characters (as NFKC does)") }
        if pieces.removesExtraSpaces { left.append("keeps spaces at the ends, and several in a row") }
        if !pieces.byteFallback { left.append("cuts to bytes what has no piece, of which this model has none") }
        if !left.isEmpty {
            notes.append(
                "llama.cpp \(left.joined(separator: ", and ")), where this SentencePiece model does otherwise: text "
                    + "with that is cut otherwise")
        }
    }
}
