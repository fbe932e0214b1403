/// A model that was trained, and what it was trained on.
package struct TrainedTokenizer: Sendable {
    /// The model.
    package internal(set) var model = SubwordModel(texts: [], kind: .wordPiece)
    /// The added tokens of the frame that stand for nothing yet, which the new tokenizer does not have.
    package internal(set) var dropped: Set<[UInt8]> = []
    /// How many of its tokens were trained.
    package internal(set) var trainedCount = 0
    /// The logarithm of the text's probability for each of its bytes, of a Unigram model.
    package internal(set) var likelihoodPerByte: Double?
    /// The text.
    package let text: TextFigures
}

/// What a tokenizer was trained on, in figures.
package struct TextFigures: Sendable {
    /// Documents, and their bytes.
    package let (documentCount, byteCount): (Int, Int)
    /// Words, and different ones.
    package let (wordCount, distinctCount): (Int, Int)
    /// How many different words there was room for.
    package let keptCount: Int
    /// The share of the characters that have tokens of their own.
    package let characterCoverage: Double

    init(_ text: TextWords, characterCoverage: Double) {
        (documentCount, byteCount) = (text.documentCount, text.byteCount)
        (wordCount, distinctCount) = (text.total, text.distinct)
        keptCount = text.words.count
        self.characterCoverage = characterCoverage
    }
}
