public import FocusEngine
public import Parallel
public import Vocabularies

/// Vectors of words, all of one dimension: a fastText model, a text file of vectors, a list in memory.
public protocol WordVectors: Sendable {
    /// The number of elements of each vector.
    var dimension: Int { get }
    /// The number of words in the dictionary.
    var wordCount: Int { get }
    /// Whether a word that is not in the dictionary may have a vector all the same, made of parts of words.
    var knowsPartsOfWords: Bool { get }
    /// Whether `word` itself is in the dictionary.
    func contains(_ word: TokenText) -> Bool
    /// The vector of `word`, `dimension` elements, or nil where there is none.
    ///
    /// - Throws: `EmbeddingError` where the vector cannot be read.
    func vector(of word: TokenText) throws(EmbeddingError) -> [Float]?
    /// The vectors of many words, as `vector` gives them, under the ids beside them, which ascend; those without one
    /// are left out.
    ///
    /// - Throws: `EmbeddingError` where a vector cannot be read.
    func vectors(of words: [(id: Int, text: TokenText)], workers: Workers) throws -> AuxiliaryVectors
}

extension WordVectors {
    /// No parts of words, unless they are known.
    public var knowsPartsOfWords: Bool { false }

    /// The vectors of many words, looked up one by one.
    ///
    /// - Throws: `EmbeddingError` where a vector cannot be read.
    public func vectors(of words: [(id: Int, text: TokenText)], workers: Workers) throws -> AuxiliaryVectors {
        let partSize = 1 << 10
        let parts = try workers.map((words.count + partSize - 1) / partSize) { part in
            var vectors = AuxiliaryVectors(dimension: dimension)
            for (id, text) in words[part * partSize..<min(words.count, (part + 1) * partSize)] {
                if let vector = try vector(of: text) { vectors.append(id: id, vector: vector) }
            }
            return vectors
        }
        return AuxiliaryVectors(joining: parts, dimension: dimension, workers: workers)
    }
}
