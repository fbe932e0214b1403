/// How a continuous-bag-of-words model is trained. The defaults are those of the FOCUS reference; what it leaves alone
/// has fastText's own default.
public struct FastTextParameters: Hashable, Sendable {
    /// The number of elements of a vector.
    public var dimension = 100
    /// How often the whole text is read; nil for as often as it needs.
    public var epochs: Int? = 3
    /// Tokens that occur less often are not learnt; nil for what the number of epochs allows.
    public var minimumCount: Int? = 10
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
    /// Tokens more frequent than this share of the text are passed over now and then.
    public var samplingThreshold = 1e-4
    /// The seed of all that is random.
    public var seed = 0

    /// Makes the defaults.
    public init() {}

    /// The numbers that decide the result, in an order that stays, for naming it by content.
    var numbers: [Int] {
        [
            dimension, epochs ?? 0, minimumCount ?? 0, negatives, window, shortestNGram, longestNGram, buckets,
            Int(bitPattern: UInt(learningRate.bitPattern)), Int(bitPattern: UInt(samplingThreshold.bitPattern)), seed,
        ]
    }

    /// The number of characters of n-grams; nil where there are none.
    var nGramLengths: ClosedRange<Int>? {
        longestNGram > 0 && shortestNGram <= longestNGram ? shortestNGram...longestNGram : nil
    }

    /// Throws for numbers that make no sense or ask for too much.
    func check() throws(EmbeddingError) {
        let counts: [(String, Int, ClosedRange<Int>)] = [
            ("dimension", dimension, 1...65_536), ("number of epochs", epochs ?? 1, 1...1_000_000),
            ("minimum count", minimumCount ?? 1, 1...Int(Int32.max)), ("number of negatives", negatives, 1...10_000),
            ("window", window, 1...10_000), ("length of the shortest n-gram", shortestNGram, 0...256),
            ("length of the longest n-gram", longestNGram, 0...256),
            ("number of n-gram rows", buckets, (longestNGram > 0 ? 1 : 0)...1_000_000_000),
            ("seed", seed, 0...Int(Int32.max / 2)),
        ]
        for (name, value, range) in counts where !range.contains(value) {
            throw EmbeddingError(
                .training, "the \(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)")
        }
        guard learningRate > 0, learningRate.isFinite, samplingThreshold > 0, samplingThreshold.isFinite else {
            throw EmbeddingError(.training, "the learning rate and the sampling threshold must be positive numbers")
        }
    }
}
