public import FocusEngine

extension AuxiliaryVectors {
    /// The vectors of the tokens of `vocabulary` whose own text is in the dictionary of `vectors`.
    ///
    /// For vectors trained on text cut by the target tokenizer, as in the FOCUS paper. Parts of words do not stand in:
    /// a token that is not in the dictionary is very rare and has no vector.
    public init(tokensOf vocabulary: Vocabulary, in vectors: some WordVectors) throws(EmbeddingError) {
        self.init(dimension: vectors.dimension)
        for id in vocabulary.ids {
            guard let text = vocabulary.text(of: id), vectors.contains(text) else { continue }
            guard let vector = try vectors.vector(of: text) else { continue }
            append(id: id, vector: vector)
        }
    }

    /// The vectors, in a model of whole words, of what the tokens of `vocabulary` stand for.
    ///
    /// For models like `cc.de.300.bin`. The decoded text of a token, without white space around it, is looked up; where
    /// it is not in the dictionary, a fastText model makes a vector of parts of words, as the reference's word-level
    /// mode does.
    ///
    /// - Parameter decoded: the UTF-8 bytes that a tokenizer makes of one id, or nil for an id that is to have no
    ///   vector.
    public init(
        wordsOf vocabulary: Vocabulary, in vectors: some WordVectors, decoded: (Int) -> [UInt8]?
    ) throws(EmbeddingError) {
        self.init(dimension: vectors.dimension)
        for id in vocabulary.ids {
            guard let bytes = decoded(id) else { continue }
            guard let vector = try vectors.vector(of: TokenText(WhiteSpace.stripped(bytes))) else { continue }
            append(id: id, vector: vector)
        }
    }
}
