internal import JSON
internal import Vocabularies

/// Puts a tokenizer together from a SentencePiece model, of the components that `transformers` converts one to.
enum SentencePieceTokenizer {
    private static let mark = SentencePieceSpaces.mark

    /// The parts of the tokenizer that the file `bytes` holds.
    ///
    /// Ids are the pieces' own, except where the class that `config` names numbers them otherwise.
    ///
    /// - Parameter vocab: the contents of vocab.json, whose ids some classes have.
    static func read(
        _ bytes: [UInt8], vocab: [UInt8]? = nil, config: TokenizerConfig
    ) throws(TokenizerError) -> TokenizerParts {
        let file = try SentencePieceModel(bytes)
        let layout = try SentencePieceLayout(config)
        let (pieces, unknownID) = layout.arranged(file.pieces)
        guard !file.treatsWhitespaceAsSuffix else {
            throw TokenizerError(.unsupported, "was trained with 'treat_whitespace_as_suffix', which is not supported")
        }
        var made = try model(file, pieces, unknownID)
        var added = pieces.filter { $0.kind == .control || $0.kind == .userDefined }.map {
            // Control tokens are cut out of the text as it comes, what users defined out of the normalized text.
            AddedToken(content: $0.text, isNormalized: $0.kind == .userDefined, isSpecial: $0.kind == .control)
        }
        if case .listed = layout.numbering {
            let list = try ListedVocabulary(vocab, class: config.tokenizerClass, unknown: config.roles[.unknown])
            made = list.renumbered(made, pieces: pieces.map(\.text))
            added = list.added(added, tail: layout.tail)
        }
        var parts = TokenizerParts(model: made.model, tokens: made.tokens, spelling: .sentencePiece)
        parts.added = added
        parts.usualRoles = layout.roles
        parts.mayCleanUp = file.algorithm == 1
        parts.addedNormalizer = SentencePieceSpaces(removesExtra: false, addsPrefix: false)
        parts.normalizer = try normalizer(file, prepared: layout.preparedBy, config)
        parts.preTokenizer = try preTokenizer(pieces)
        parts.decoder = try decoder(file)
        parts.roles[.unknown] = made.unknownToken
        parts.frame = layout.frame
        return parts
    }

    private static func model(
        _ file: SentencePieceModel, _ pieces: [SentencePieceModel.Piece], _ unknownID: Int?
    ) throws(TokenizerError) -> ModelFactory.Made {
        switch file.algorithm {
        case 1: return try unigram(pieces, unknownID: unknownID, byteFallback: file.byteFallback)
        case 2: return try bpe(pieces, unknownID: unknownID, byteFallback: file.byteFallback)
        default:
            throw TokenizerError(
                .unsupported, "holds a model of type \(file.algorithm); only Unigram (1) and BPE (2) are supported")
        }
    }

    private static func unigram(
        _ pieces: [SentencePieceModel.Piece], unknownID: Int?, byteFallback: Bool
    ) throws(TokenizerError) -> ModelFactory.Made {
        try ModelFactory.unigram(
            pieces.map { ($0.text, Double($0.score)) }, pieces.enumerated().map { ($0, TokenText($1.text)) },
            unknownID: unknownID, byteFallback: byteFallback)
    }

    /// Every way to make a piece of two others is a merge, and as early as the piece's score is high.
    private static func bpe(
        _ pieces: [SentencePieceModel.Piece], unknownID: Int?, byteFallback: Bool
    ) throws(TokenizerError) -> ModelFactory.Made {
        let vocabulary = try ModelVocabulary(pieces.map(\.text))
        var options = BPEModel.Options()
        options.unknownToken = unknownID.map { pieces[$0].text }
        options.fusesUnknown = true
        options.byteFallback = byteFallback
        var found: [(left: Int32, right: Int32, id: Int32)] = []
        for (id, piece) in pieces.enumerated() where piece.kind == .normal || piece.kind == .userDefined {
            for pair in vocabulary.table.halves(of: piece.text.span, betweenCharacters: true) {
                found.append((pair.left, pair.right, Int32(id)))
            }
        }
        var merges = MergeTable(capacity: found.count)
        let ranks = ranks(of: pieces)
        for merge in found {
            merges.insert(merge.left, merge.right, .init(rank: ranks[Int(merge.id)], id: merge.id))
        }
        let model = BPEModel(table: vocabulary.table, merges: merges, options: options)
        return .init(model: model, tokens: vocabulary.tokens, unknownToken: options.unknownToken)
    }

    /// The places of pieces by score, the highest first.
    private static func ranks(of pieces: [SentencePieceModel.Piece]) -> [UInt32] {
        var ranks = [UInt32](repeating: 0, count: pieces.count)
        let order = pieces.indices.sorted { pieces[$0].score > pieces[$1].score }
        for (place, id) in order.enumerated() {
            let isTie = place > 0 && pieces[order[place - 1]].score == pieces[id].score
            ranks[id] = isTie ? ranks[order[place - 1]] : UInt32(place)
        }
        return ranks
    }

    /// What the class does to a text, then the model's own map of characters, then what it does with spaces.
    private static func normalizer(
        _ file: SentencePieceModel, prepared name: String?, _ config: TokenizerConfig
    ) throws(TokenizerError) -> any Normalizer {
        let spaces = SentencePieceSpaces(removesExtra: file.removesExtraWhitespace, addsPrefix: file.addsDummyPrefix)
        var steps: [(any Normalizer)?] = []
        for step in ClassOptions(config: config, characterMap: nil).preparation(by: name ?? "") {
            steps.append(try NormalizerFactory.make(try ComponentJSON.value(step)))
        }
        guard !file.characterMap.isEmpty else {
            return steps.isEmpty ? spaces : NormalizerSequence(normalizers: steps.compactMap { $0 } + [spaces])
        }
        let map = try NormalizerFactory.make(
            try ComponentJSON.value(
                .object([
                    .init("type", .text("Precompiled")),
                    .init("precompiled_charsmap", .string(Base64.text(file.characterMap))),
                ])))
        return NormalizerSequence(normalizers: (steps + [map, spaces]).compactMap { $0 })
    }

    /// Words can be tokenized one by one, unless a piece goes on behind a space.
    private static func preTokenizer(_ pieces: [SentencePieceModel.Piece]) throws(TokenizerError) -> (any PreTokenizer)?
    {
        guard !pieces.contains(where: { $0.kind != .userDefined && spansWords($0.text) }) else { return nil }
        return try PreTokenizerFactory.make(
            try ComponentJSON.value(
                .object([
                    .init("type", .text("Metaspace")), .init("replacement", .string(mark)),
                    .init("prepend_scheme", .text("never")), .init("split", .boolean(true)),
                ])))
    }

    private static func spansWords(_ text: [UInt8]) -> Bool {
        text.indices.dropFirst().contains { text[$0...].starts(with: mark) }
    }

    private static func decoder(_ file: SentencePieceModel) throws(TokenizerError) -> (any TokenDecoder)? {
        let space = [UInt8(ascii: " ")]
        var steps: [any TokenDecoder] = []
        if !file.byteFallback, file.removesExtraWhitespace {
            return MetaspaceDecoder(replacement: mark, prepends: file.addsDummyPrefix)
        }
        steps.append(ReplaceDecoder(pattern: Pattern(literal: mark), literal: mark, content: space))
        if file.byteFallback { steps.append(ByteFallbackDecoder()) }
        steps.append(FuseDecoder())
        if file.addsDummyPrefix { steps.append(StripDecoder(content: space, start: 1, stop: 0)) }
        return DecoderSequence(steps: steps)
    }
}
