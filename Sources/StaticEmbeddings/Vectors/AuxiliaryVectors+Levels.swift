public import FocusEngine
public import Parallel
public import Vocabularies

extension AuxiliaryVectors {
    /// The vectors of the tokens of `vocabulary` whose own text is in the dictionary of `vectors`.
    ///
    /// For vectors trained on text cut by the target tokenizer, as in the FOCUS paper. Parts of words do not stand in:
    /// a token that is not in the dictionary is very rare and has no vector.
    ///
    /// - Throws: `EmbeddingError` where a vector cannot be read or is not finite.
    public init(
        tokensOf vocabulary: Vocabulary, in vectors: some WordVectors, workers: Workers = Workers(count: 1)
    ) throws {
        let isFiltered = vectors.knowsPartsOfWords
        let words = AuxiliaryVectors.words(of: vocabulary, workers) { id in
            vocabulary.text(of: id).flatMap { !isFiltered || vectors.contains($0) ? $0 : nil }
        }
        self = try vectors.vectors(of: words, workers: workers)
    }

    /// The vectors, in a model of whole words, of what the tokens of `vocabulary` stand for.
    ///
    /// For models like `cc.de.300.bin`. The decoded text of a token, without white space around it, is looked up; where
    /// it is not in the dictionary, a fastText model makes a vector of parts of words, as the reference's word-level
    /// mode does.
    ///
    /// - Parameter decoded: the UTF-8 bytes that a tokenizer makes of one id, or nil for an id that is to have no
    ///   vector.
    /// - Throws: `EmbeddingError` where a vector cannot be read or is not finite.
    public init(
        wordsOf vocabulary: Vocabulary, in vectors: some WordVectors, workers: Workers = Workers(count: 1),
        decoded: @Sendable (Int) -> [UInt8]?
    ) throws {
        let words = AuxiliaryVectors.words(of: vocabulary, workers) { id in
            decoded(id).map { TokenText(WhiteSpace.stripped($0)) }
        }
        self = try vectors.vectors(of: words, workers: workers)
    }

    /// What `word` gives for the ids of `vocabulary`, those without a word left out.
    private static func words(
        of vocabulary: Vocabulary, _ workers: Workers, word: @Sendable (Int) -> TokenText?
    ) -> [(id: Int, text: TokenText)] {
        let ids = vocabulary.ids
        let partSize = 1 << 12
        let parts = workers.map((ids.count + partSize - 1) / partSize) { part in
            ids[part * partSize..<min(ids.count, (part + 1) * partSize)].compactMap { id in
                word(id).map { (id: id, text: $0) }
            }
        }
        return Array(parts.joined())
    }
}
