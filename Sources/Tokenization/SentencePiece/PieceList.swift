package import Vocabularies

/// The pieces of a SentencePiece model by their ids, as its class numbers them, with what else the file says.
package struct PieceList: Sendable {
    /// A piece.
    package struct Piece: Sendable {
        /// What it stands for, with signs for spaces.
        package let text: [UInt8]
        /// Its score.
        package let score: Float
        /// What it is for.
        package let kind: PieceKind
    }

    /// The pieces; an index is an id.
    package let pieces: [Piece]
    /// Whether the likeliest pieces are taken, rather than merged by score.
    package let isUnigram: Bool
    /// Whether characters without a piece are cut to bytes.
    package let byteFallback: Bool
    /// The compiled map of characters; empty where there is none.
    package let characterMap: [UInt8]
    /// Whether a space is put before a text.
    package let addsPrefix: Bool
    /// Whether spaces at the ends, and several in a row, are taken away.
    package let removesExtraSpaces: Bool
    /// The pieces that play roles.
    package let roles: [SpecialRole: Int]

    /// The pieces of `file` with the ids that the class in `config` gives them.
    ///
    /// - Throws: `TokenizerError` where they are neither merged nor Unigram's, stand behind words, or have their ids in
    ///   vocab.json.
    init(_ file: SentencePieceModel, _ config: TokenizerConfig) throws(TokenizerError) {
        let layout = try SentencePieceLayout(config)
        if case .listed = layout.numbering {
            throw TokenizerError(
                .unsupported, "has its ids in vocab.json, which is no list of pieces: " + UnreadableFiles.cure)
        }
        guard file.algorithm == 1 || file.algorithm == 2, !file.treatsWhitespaceAsSuffix else {
            throw TokenizerError(
                .unsupported,
                "is neither a Unigram nor a BPE model, or was trained with 'treat_whitespace_as_suffix': "
                    + UnreadableFiles.cure)
        }
        let arranged = layout.arranged(file.pieces)
        pieces = arranged.pieces.enumerated().map { id, piece in
            Piece(
                text: piece.text, score: piece.score, kind: id == arranged.unknownID ? .unknown : piece.kind)
        }
        isUnigram = file.algorithm == 1
        byteFallback = file.byteFallback
        characterMap = file.characterMap
        addsPrefix = file.addsDummyPrefix
        removesExtraSpaces = file.removesExtraWhitespace
        var roles: [SpecialRole: Int] = [:]
        roles[.unknown] = arranged.unknownID
        for (role, name) in file.roleNames {
            roles[role] = arranged.pieces.firstIndex { $0.kind == .control && $0.text == name }
        }
        self.roles = roles
    }
}
