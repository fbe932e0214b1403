/// How a fastText model says that it was trained: the numbers after the magic number of a model file, in their order.
struct FastTextArguments {
    /// The version of the file's layout.
    let version = 12
    /// The number of elements of a row.
    let dimension: Int
    /// The largest distance, in tokens, to a neighbour that counts.
    let window: Int
    /// How often the whole text was read.
    let epochs: Int
    /// How often a word must occur to be learnt.
    let minimumCount: Int
    /// The number of words drawn against each true one.
    let negatives: Int
    /// The number of words of the longest n-gram of words; 1 for none.
    let wordNGrams = 1
    /// Negative sampling.
    let loss = 2
    /// Continuous bag of words.
    let kind = 1
    /// How many rows n-grams share.
    let buckets: Int
    /// The number of characters of n-grams of a word; nil for none.
    let nGramLengths: ClosedRange<Int>?
    /// After how many tokens fastText lowers its learning rate.
    let learningRateInterval = 100

    /// The numbers in their order, each 32 bits in the file.
    var numbers: [Int] {
        [
            version, dimension, window, epochs, minimumCount, negatives, wordNGrams, loss, kind, buckets,
            nGramLengths?.lowerBound ?? 0, nGramLengths?.upperBound ?? 0, learningRateInterval,
        ]
    }
}
