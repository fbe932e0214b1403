internal import CFastText

/// How a continuous-bag-of-words model is trained. The defaults are those of the FOCUS reference; what it leaves alone
/// has fastText's own default.
public struct FastTextParameters: Hashable, Sendable {
    /// The number of elements of a vector.
    public var dimension = 100
    /// How often the whole text is read.
    public var epochs = 3
    /// Tokens that occur less often are not learnt.
    public var minimumCount = 10
    /// The number of words drawn against each true one.
    public var negatives = 10
    /// The largest distance, in tokens, to a neighbour that counts.
    public var window = 5
    /// The number of characters of the shortest n-gram of a token.
    public var shortestNGram = 3
    /// The number of characters of the longest n-gram; 0 for none.
    public var longestNGram = 6
    /// How many rows n-grams share; none are made where there are no n-grams.
    public var buckets = 2_000_000
    /// The learning rate at the start; it falls to 0 along a straight line.
    public var learningRate = 0.05
    /// How many tokens pass between changes of the learning rate.
    public var learningRateUpdateRate = 100
    /// Tokens more frequent than this share of the text are passed over now and then.
    public var samplingThreshold = 1e-4
    /// The number of threads. Only with one are two runs the same.
    public var threads = 1
    /// The seed of all that is random.
    public var seed = 0

    /// Makes the defaults.
    public init() {}

    /// The numbers that decide the result, in an order that stays, for naming it by content.
    var numbers: [Int] {
        [
            dimension, epochs, minimumCount, negatives, window, shortestNGram, longestNGram, buckets,
            Int(bitPattern: UInt(learningRate.bitPattern)), learningRateUpdateRate,
            Int(bitPattern: UInt(samplingThreshold.bitPattern)), threads, seed,
        ]
    }

    /// The same for C.
    ///
    /// - Throws: `EmbeddingError` for numbers with which fastText would fail, loop or trap.
    func checked() throws(EmbeddingError) -> focus_fasttext_parameters {
        let counts: [(String, Int, ClosedRange<Int>)] = [
            ("dimension", dimension, 1...65_536), ("number of epochs", epochs, 1...1_000_000),
            ("minimum count", minimumCount, 1...Int(Int32.max)), ("number of negatives", negatives, 1...10_000),
            ("window", window, 1...10_000), ("length of the shortest n-gram", shortestNGram, 0...256),
            ("length of the longest n-gram", longestNGram, 0...256),
            ("number of n-gram rows", buckets, (longestNGram > 0 ? 1 : 0)...1_000_000_000),
            ("learning rate update rate", learningRateUpdateRate, 1...Int(Int32.max)),
            ("number of threads", threads, 1...1024), ("seed", seed, 0...Int(Int32.max / 2)),
        ]
        for (name, value, range) in counts where !range.contains(value) {
            throw EmbeddingError(
                .training, "the \(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)")
        }
        guard learningRate > 0, learningRate.isFinite, samplingThreshold > 0, samplingThreshold.isFinite else {
            throw EmbeddingError(.training, "the learning rate and the sampling threshold must be positive numbers")
        }
        return focus_fasttext_parameters(
            dimension: Int32(dimension), epochs: Int32(epochs), minimum_count: Int32(minimumCount),
            negatives: Int32(negatives), window: Int32(window), minimum_ngram: Int32(shortestNGram),
            maximum_ngram: Int32(longestNGram), buckets: longestNGram > 0 ? Int32(buckets) : 0,
            learning_rate_update_rate: Int32(learningRateUpdateRate), threads: Int32(threads), seed: Int32(seed),
            learning_rate: learningRate, sampling_threshold: samplingThreshold)
    }
}
