internal import Vocabularies

extension Tokenizer {
    /// The tokens into which the model splits a text that stands at the beginning of a word or within one; empty where
    /// it cannot do so without the token for the unknown.
    ///
    /// The text passes through the tokenizer's own steps, but for those that put something before every text.
    ///
    /// - Parameters:
    ///   - text: the text, without a sign of where it stands; it may be a fragment of UTF-8.
    ///   - beginsWord: whether a word begins with it.
    ///   - excluded: a token that must not be used, so that the text of a token is split as if there were no such
    ///     token.
    public func pieces(of text: [UInt8], beginsWord: Bool, without excluded: Int? = nil) -> [Int] {
        guard !text.isEmpty || beginsWord else { return [] }
        var scratch = ModelScratch()
        scratch.excluded = excluded.map { Int32($0) } ?? -1
        var ids: [Int32] = []
        do throws(TokenizerError) {
            switch vocabulary.spelling {
            case .sentencePiece where !UTF8Validity.isWellFormed(text.span):
                return bytePieces(text).filter { $0 != excluded }.count == text.count ? bytePieces(text) : []
            case .sentencePiece:
                try split(spaced: beginsWord ? wordStart + text : text, into: &ids, &scratch)
            case .byteLevel where !UTF8Validity.isWellFormed(text.span):
                var word: [UInt8] = []
                for byte in (beginsWord ? [0x20] : []) + text { ByteLevelTable.appendSpelling(of: byte, to: &word) }
                try pipeline.model.tokenize(word.span, into: &ids, scratch: &scratch)
            case .byteLevel:
                for word in try words(of: beginsWord ? [0x20] + text : text) {
                    try pipeline.model.tokenize(word.span, into: &ids, scratch: &scratch)
                }
            case .wordPiece:
                try split(inWordPieces: text, beginsWord: beginsWord, into: &ids, &scratch)
            case .plain:
                for word in try words(of: text) {
                    try pipeline.model.tokenize(word.span, into: &ids, scratch: &scratch)
                }
            }
        } catch { return [] }
        let unknown = vocabulary.roles[.unknown]
        return ids.contains { Int($0) == unknown || Int($0) == excluded } ? [] : ids.map(Int.init)
    }

    /// The tokens into which the model splits the text of the token `id` if there is no such token: the most probable
    /// ones, the two that the last merge joins, or the longest; empty where they are not two at least.
    public func forcedPieces(of id: Int) -> [Int] {
        guard let text = vocabulary.ownText(of: id) else { return [] }
        let pieces = pieces(of: text.bytes, beginsWord: text.beginsWord, without: id)
        return pieces.count > 1 ? pieces : []
    }

    /// The ids that stand before every text, and those that stand after it, where special tokens are asked for.
    public var frame: (before: [Int32], after: [Int32]) {
        pipeline.postProcessor.frame
    }

    /// The logarithms of the probabilities of the tokens by id, where the model has any.
    public var logarithmicProbabilities: [Double]? {
        (pipeline.model as? UnigramModel)?.scores ?? (pipeline.model as? RenumberedModel)?.scores
    }

    /// `▁` (U+2581)
    private var wordStart: [UInt8] { SentencePieceSpaces.mark }

    /// The model sees the text whole: it is one token of some vocabulary.
    private func split(
        spaced text: [UInt8], into ids: inout [Int32], _ scratch: inout ModelScratch
    ) throws(TokenizerError) {
        var word: [UInt8] = []
        for byte in try normalized(text) { word += byte == 0x20 ? wordStart : [byte] }
        guard !word.isEmpty else { return }
        try pipeline.model.tokenize(word.span, into: &ids, scratch: &scratch)
    }

    private func split(
        inWordPieces text: [UInt8], beginsWord: Bool, into ids: inout [Int32], _ scratch: inout ModelScratch
    ) throws(TokenizerError) {
        // Whether a text goes on where a word stands before it, the tokenizer's own cutting says.
        let letter = UInt8(ascii: "x")
        var words = try words(of: beginsWord ? text : [letter] + text)
        if !beginsWord, let model = pipeline.model as? WordPieceModel, words.first?.first == letter {
            let rest = Array(words.removeFirst().dropFirst())
            if !rest.isEmpty { try model.continueWord(rest.span, into: &ids, scratch: &scratch) }
        }
        for word in words { try pipeline.model.tokenize(word.span, into: &ids, scratch: &scratch) }
    }

    private func normalized(_ text: [UInt8]) throws(TokenizerError) -> [UInt8] {
        guard let normalizer = pipeline.normalizer?.withoutPrefix, UTF8Validity.isWellFormed(text.span) else {
            return text
        }
        var normalized = NormalizedText(bytes: text, startsAtOrigin: true)
        normalizer.normalize(&normalized)
        if let failure = normalized.failure { throw failure }
        return normalized.bytes
    }

    /// What the model would see of `text`, one after the other.
    private func words(of text: [UInt8]) throws(TokenizerError) -> [[UInt8]] {
        let normalized = try normalized(text)
        guard !normalized.isEmpty else { return [] }
        guard let preTokenizer = pipeline.preTokenizer?.withoutPrefix, UTF8Validity.isWellFormed(normalized.span) else {
            return [normalized]
        }
        var cut = PreTokenizedText(bytes: normalized, pieces: [0..<normalized.count], startsAtOrigin: false)
        preTokenizer.split(&cut)
        cut.spell()
        if let failure = cut.failure { throw failure }
        return cut.pieces.filter { !$0.isEmpty }.map { Array(cut.bytes[$0]) }
    }

    /// The byte tokens of a fragment.
    private func bytePieces(_ text: [UInt8]) -> [Int] {
        let ids = text.compactMap { vocabulary.id(of: ByteTokens.text(of: $0)) }
        return ids.count == text.count ? ids : []
    }
}
