public import FocusEngine
public import Parallel
public import Vocabularies

/// Vectors held in memory beside the list of their words.
public struct ListedVectors: WordVectors {
    /// The number of elements of each vector.
    public let dimension: Int
    /// The vectors, row-major, `[wordCount, dimension]`.
    private let values: [Float]
    private let rows: [TokenText: Int]

    /// Makes vectors of `words`, the rows of `values`, `[words.count, dimension]`.
    ///
    /// - Throws: `EmbeddingError` when the sizes do not agree, or a word is listed twice.
    public init(words: [TokenText], values: [Float], dimension: Int) throws(EmbeddingError) {
        guard dimension > 0 else { throw EmbeddingError(.invalid, "vectors have no elements") }
        let (size, overflow) = words.count.multipliedReportingOverflow(by: dimension)
        guard !overflow, size == values.count else {
            throw EmbeddingError(
                .invalid,
                "the list has \(words.count) words, but there are \(values.count / dimension) vectors of "
                    + "\(dimension) elements: a word a vector is expected")
        }
        var rows: [TokenText: Int] = [:]
        rows.reserveCapacity(words.count)
        for (row, word) in words.enumerated() {
            if let first = rows.updateValue(row, forKey: word) {
                throw EmbeddingError(
                    .invalid, "'\(word)' is listed twice, as words \(first + 1) and \(row + 1): keep one of them")
            }
        }
        self.dimension = dimension
        self.values = values
        self.rows = rows
    }

    /// The number of words.
    public var wordCount: Int {
        rows.count
    }

    /// Whether `word` is listed.
    public func contains(_ word: TokenText) -> Bool {
        rows[word] != nil
    }

    /// The vectors of those of `words` that are listed: each is looked up once and copied once.
    public func vectors(of words: [(id: Int, text: TokenText)], workers: Workers) -> AuxiliaryVectors {
        let partSize = 1 << 12
        let parts = workers.map((words.count + partSize - 1) / partSize) { part in
            words[part * partSize..<min(words.count, (part + 1) * partSize)].compactMap { word in
                rows[word.text].map { (id: word.id, row: $0) }
            }
        }
        let listed = Array(parts.joined())
        return AuxiliaryVectors(ids: listed.map(\.id), dimension: dimension, workers: workers) { index, vector in
            unsafe vector.withUnsafeMutableBufferPointer { vector in
                unsafe values.withUnsafeBufferPointer { values in
                    let start = listed[index].row * dimension
                    _ = unsafe vector.update(fromContentsOf: values[start..<start + dimension])
                }
            }
        }
    }

    /// The vector of `word`, or nil where it is not listed.
    public func vector(of word: TokenText) -> [Float]? {
        rows[word].map { Array(values[$0 * dimension..<($0 + 1) * dimension]) }
    }
}
