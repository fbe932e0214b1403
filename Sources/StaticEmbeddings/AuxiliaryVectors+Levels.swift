public import FocusEngine

extension AuxiliaryVectors {
    /// The vectors of the tokens of `vocabulary` whose own text is in the dictionary of `vectors`.
    ///
    /// For vectors trained on text cut by the target tokenizer, as in the FOCUS paper. Parts of words do not stand in:
    /// a token that is not in the dictionary is very rare and has no vector.
    public init(
        tokensOf vocabulary: Vocabulary, in vectors: some WordVectors, workers: Workers = Workers(count: 1)
    ) throws {
        try self.init(idsOf: vocabulary, dimension: vectors.dimension, workers: workers) { id in
            guard let text = vocabulary.text(of: id), vectors.contains(text) else { return nil }
            return try vectors.vector(of: text)
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
        wordsOf vocabulary: Vocabulary, in vectors: some WordVectors, workers: Workers = Workers(count: 1),
        decoded: @Sendable (Int) -> [UInt8]?
    ) throws {
        try self.init(idsOf: vocabulary, dimension: vectors.dimension, workers: workers) { id in
            guard let bytes = decoded(id) else { return nil }
            return try vectors.vector(of: TokenText(WhiteSpace.stripped(bytes)))
        }
    }

    /// The vectors that `vector` gives for the ids of `vocabulary`, those without one left out.
    private init(
        idsOf vocabulary: Vocabulary, dimension: Int, workers: Workers, vector: @Sendable (Int) throws -> [Float]?
    ) throws {
        self.init(dimension: dimension)
        let ids = Array(vocabulary.ids)
        let partSize = 1 << 10
        let parts = try workers.map((ids.count + partSize - 1) / partSize) { part in
            var vectors = AuxiliaryVectors(dimension: dimension)
            for id in ids[part * partSize..<min(ids.count, (part + 1) * partSize)] {
                if let vector = try vector(id) { vectors.append(id: id, vector: vector) }
            }
            return vectors
        }
        for part in parts { append(contentsOf: part) }
    }
}
