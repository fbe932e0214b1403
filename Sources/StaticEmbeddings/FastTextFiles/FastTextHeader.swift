internal import TensorIO

/// What a fastText model file says before its dictionary: 92 bytes, little-endian.
struct FastTextHeader {
    /// The number of elements of a row.
    let dimension: Int
    /// How many rows n-grams share; their row is found by a hash.
    let buckets: Int
    /// The number of characters of the shortest n-gram of a word.
    let shortestNGram: Int
    /// The number of characters of the longest n-gram of a word; 0 where there are none.
    let longestNGram: Int
    /// The entries of the dictionary: words, then labels.
    let entryCount: Int
    /// The entries that are words.
    let wordCount: Int

    static let byteCount = 92
    static let magic: Int32 = 793_712_314
    /// An n-gram of more characters than this is damage, not a choice.
    static let longestBelievableNGram = 256

    /// Reads the header of a file.
    init(_ bytes: RawSpan) throws(EmbeddingError) {
        guard bytes.byteCount >= 4, bytes.littleEndian(Int32.self, at: 0) == FastTextHeader.magic else {
            throw EmbeddingError(
                .unrecognized, "is not a fastText model: it does not begin with 0x2F4F16BA", byteOffset: 0)
        }
        guard bytes.byteCount >= FastTextHeader.byteCount else {
            throw .cutShort("the header of a fastText model has 92 bytes", at: bytes.byteCount)
        }
        func integer(_ offset: Int) -> Int { Int(bytes.littleEndian(Int32.self, at: offset)) }
        let version = integer(4)
        guard version == 12 || version == 11 else {
            throw EmbeddingError(.unsupported, "has version \(version) of fastText's format, not 12", byteOffset: 4)
        }
        let supervised = integer(36) == 3
        dimension = integer(8)
        buckets = integer(40)
        shortestNGram = integer(44)
        // Supervised models of version 11 have no n-grams, whatever they say.
        longestNGram = version == 11 && supervised ? 0 : max(0, integer(48))
        entryCount = integer(64)
        wordCount = integer(68)
        let labelCount = integer(72)
        let prunedCount = bytes.littleEndian(Int64.self, at: 84)

        guard dimension > 0 else { throw .contradiction("a dimension of \(dimension)", at: 8) }
        guard buckets >= 0 else { throw .contradiction("\(buckets) n-gram rows", at: 40) }
        guard longestNGram == 0 || buckets > 0 else { throw .contradiction("n-grams but no rows for them", at: 40) }
        guard longestNGram <= FastTextHeader.longestBelievableNGram else {
            throw .contradiction("n-grams of \(longestNGram) characters", at: 48)
        }
        guard wordCount > 0, labelCount >= 0, entryCount == wordCount + labelCount else {
            throw .contradiction("\(entryCount) entries of \(wordCount) words and \(labelCount) labels", at: 64)
        }
        guard prunedCount < 0 else {
            throw EmbeddingError(
                .unsupported, "is a pruned fastText model; only models that were not quantized can be read",
                byteOffset: 84)
        }
    }
}

extension EmbeddingError {
    static func cutShort(_ expectation: String, at byte: Int) -> EmbeddingError {
        EmbeddingError(.truncated, "\(expectation), but the file ends: copy it again", byteOffset: byte)
    }

    static func contradiction(_ what: String, at byte: Int) -> EmbeddingError {
        EmbeddingError(.invalid, "the model claims \(what): the file is damaged, copy it again", byteOffset: byte)
    }
}
