internal import JSON
internal import Vocabularies

/// Makes models from the `model` section of a tokenizer file.
enum ModelFactory {
    /// A model and what is known of its tokens.
    struct Made {
        var model: any TokenizationModel
        var tokens: [(id: Int, text: TokenText)]
        var unknownToken: [UInt8]?
        var isWordPiece = false
        var isBPE = false
        /// What stands before a token that goes on in a word; nil where the model does not say.
        var continuation: [UInt8]?
        /// What stands after a token that ends a word.
        var wordEnd: [UInt8] = []
    }

    /// The model that `json` describes.
    ///
    /// - Parameter vocabularyOnly: whether a Unigram or BPE model need only know its tokens: what it takes to encode is
    ///   most of the work.
    /// - Throws: `TokenizerError` for an unknown type, which is named, or a wrong member.
    static func make(_ json: JSONValue, vocabularyOnly: Bool = false) throws(TokenizerError) -> Made {
        let untyped = try JSONFields(json, name: "the model")
        // Old files do not name the type.
        let type = untyped["type"] == nil ? inferredType(untyped) : try untyped.type()
        let fields = try JSONFields(json, name: "model '\(type)'")
        switch type {
        case "Unigram": return try unigram(fields, vocabularyOnly: vocabularyOnly)
        case "BPE": return try bpe(fields, vocabularyOnly: vocabularyOnly)
        case "WordPiece": return try wordPiece(fields)
        case "WordLevel": return try wordLevel(fields)
        default: throw TokenizerError(.unsupported, "model '\(TokenName(Array(type.utf8)))' is not known")
        }
    }

    private static func inferredType(_ fields: JSONFields) -> String {
        if fields["merges"] != nil { return "BPE" }
        if fields["vocab"]?.kind == .array { return "Unigram" }
        return fields["continuing_subword_prefix"] != nil ? "WordPiece" : "WordLevel"
    }

    private static func unigram(_ fields: JSONFields, vocabularyOnly: Bool) throws(TokenizerError) -> Made {
        var pieces: [(bytes: [UInt8], score: Double)] = []
        var tokens: [(id: Int, text: TokenText)] = []
        let vocab = try fields.array("vocab")
        let count = try fields.value("vocab").count
        pieces.reserveCapacity(count)
        tokens.reserveCapacity(count)
        for element in vocab {
            var pair = element.elements.makeIterator()
            guard let piece = pair.next()?.bytes, let score = score(pair.next(), isWanted: !vocabularyOnly),
                score.isFinite, pair.next() == nil
            else {
                throw TokenizerError(
                    .invalid, "\(fields.name): entry \(pieces.count) of 'vocab' is not a pair of a piece and its score")
            }
            tokens.append((pieces.count, TokenText(piece)))
            pieces.append((piece, score))
        }
        return try unigram(
            pieces, tokens, unknownID: try fields.count("unk_id"),
            byteFallback: try fields.boolean("byte_fallback", default: false), vocabularyOnly: vocabularyOnly)
    }

    /// The number, or 0 where only its being there is wanted: reading digits is slow.
    private static func score(_ json: JSONValue?, isWanted: Bool) -> Double? {
        isWanted ? json?.double : json?.kind == .number ? 0 : nil
    }

    /// A Unigram model of `pieces`.
    static func unigram(
        _ pieces: [(bytes: [UInt8], score: Double)], _ tokens: [(id: Int, text: TokenText)], unknownID: Int?,
        byteFallback: Bool, vocabularyOnly: Bool = false
    ) throws(TokenizerError) -> Made {
        guard pieces.count <= Vocabulary.maximumRowCount else {
            throw TokenizerError(.invalid, "there are \(pieces.count) pieces, more than \(Vocabulary.maximumRowCount)")
        }
        if let unknownID, unknownID >= pieces.count {
            throw TokenizerError(
                .invalid, "the model's 'unk_id' is \(unknownID), but there are only \(pieces.count) pieces")
        }
        let model: any TokenizationModel =
            vocabularyOnly
            ? VocabularyOnlyModel(tokens)
            : UnigramModel(pieces: pieces, unknownID: unknownID, byteFallback: byteFallback)
        return Made(model: model, tokens: tokens, unknownToken: unknownID.map { pieces[$0].bytes })
    }

    private static func bpe(_ fields: JSONFields, vocabularyOnly: Bool) throws(TokenizerError) -> Made {
        if let dropout = fields["dropout"] {
            guard dropout.double == 0 else {
                throw TokenizerError(
                    .unsupported,
                    "\(fields.name): 'dropout' is \(dropout.described), which makes ids random; set it to null")
            }
        }
        let vocabulary = try ModelVocabulary(try fields.value("vocab"), name: "\(fields.name): 'vocab'")
        var options = BPEModel.Options()
        options.unknownToken = try fields.optionalBytes("unk_token")
        options.continuationPrefix = try fields.optionalBytes("continuing_subword_prefix") ?? []
        options.endSuffix = try fields.optionalBytes("end_of_word_suffix") ?? []
        options.fusesUnknown = try fields.boolean("fuse_unk", default: false)
        options.byteFallback = try fields.boolean("byte_fallback", default: false)
        options.ignoresMerges = try fields.boolean("ignore_merges", default: false)
        if vocabularyOnly {
            return Made(
                model: VocabularyOnlyModel(vocabulary.table), tokens: vocabulary.tokens,
                unknownToken: options.unknownToken, isBPE: true, continuation: options.continuationPrefix,
                wordEnd: options.endSuffix)
        }
        let merges = try BPEMerges.read(
            try fields.array("merges"), count: try fields.value("merges").count, vocabulary: vocabulary.table,
            continuationPrefix: options.continuationPrefix)
        let model = BPEModel(table: vocabulary.table, merges: merges, options: options)
        return Made(
            model: model, tokens: vocabulary.tokens, unknownToken: options.unknownToken, isBPE: true,
            continuation: options.continuationPrefix, wordEnd: options.endSuffix)
    }

    private static func wordPiece(_ fields: JSONFields) throws(TokenizerError) -> Made {
        let vocabulary = try ModelVocabulary(try fields.value("vocab"), name: "\(fields.name): 'vocab'")
        let unknown = try fields.optionalBytes("unk_token") ?? Array("[UNK]".utf8)
        let prefix = try fields.optionalBytes("continuing_subword_prefix") ?? Array("##".utf8)
        let model = WordPieceModel(
            tokens: vocabulary.tokens.map { ($0.text.bytes, Int32($0.id)) }, unknownToken: unknown, prefix: prefix,
            maximumCharacters: try fields.count("max_input_chars_per_word") ?? 100)
        return Made(
            model: model, tokens: vocabulary.tokens, unknownToken: unknown, isWordPiece: true, continuation: prefix)
    }

    private static func wordLevel(_ fields: JSONFields) throws(TokenizerError) -> Made {
        let vocabulary = try ModelVocabulary(try fields.value("vocab"), name: "\(fields.name): 'vocab'")
        let unknown = try fields.optionalBytes("unk_token") ?? Array("<unk>".utf8)
        let model = WordLevelModel(table: vocabulary.table, unknownToken: unknown)
        return Made(model: model, tokens: vocabulary.tokens, unknownToken: unknown)
    }
}
