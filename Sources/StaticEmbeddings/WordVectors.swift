public import FocusEngine

/// Vectors of words, all of one dimension: a fastText model, a text file of vectors, a list in memory.
public protocol WordVectors: Sendable {
    /// The number of elements of each vector.
    var dimension: Int { get }
    /// The number of words in the dictionary.
    var wordCount: Int { get }
    /// Whether `word` itself is in the dictionary.
    func contains(_ word: TokenText) -> Bool
    /// The vector of `word`, `dimension` elements, or nil where there is none.
    ///
    /// A word that is not in the dictionary may have one all the same, made of parts of words.
    func vector(of word: TokenText) throws(EmbeddingError) -> [Float]?
}
