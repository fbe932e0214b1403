/// How many tokens of each part of the text a round has.
///
/// In a round, parts do not see each other's moves, and neither do words that share an n-gram: a row that moves too
/// often in a round is pushed the same way by all, overshoots, and training diverges. The constants come from the
/// experiments in TRAINING.md. Ordinary text stays far below the limits; a few frequent tokens without subsampling do
/// not.
enum RoundLength {
    /// The most tokens of a part.
    static let longest = 512
    /// A shorter round than this is not made.
    static let shortest = 16
    /// The most moves of an output row that are expected in all parts together.
    private static let outputMoves = 64.0
    /// The most moves of a row of a word or n-gram.
    private static let rowMoves = 1200.0

    /// The number of tokens of a part in a round.
    static func of(_ dictionary: TrainingDictionary, _ rows: NGramRows, _ parameters: FastTextParameters) -> Int {
        let total = Double(dictionary.tokenCount)
        let kept = zip(dictionary.counts, dictionary.keepShares(threshold: parameters.samplingThreshold))
            .map { Double($0) / total * $1 }
        let roots = dictionary.counts.map { Double($0).squareRoot() }
        let draws = kept.reduce(0, +) * Double(parameters.negatives) / roots.reduce(0, +)
        let outputRate = zip(kept, roots).map { $0 + draws * $1 }.max() ?? 0
        // On average a window reaches half as far as it may, on both sides.
        let neighbours = Double(parameters.window + 1)
        var rates = [Double](repeating: 0, count: dictionary.words.count + rows.buckets.count)
        for word in kept.indices {
            for index in rows.starts[word]..<rows.starts[word + 1] {
                rates[Int(rows.numbers[Int(index)])] += kept[word] * neighbours
            }
        }
        let tokens = min(outputMoves / outputRate, rowMoves / (rates.max() ?? 0)) / Double(CBOWModel.partCount)
        return tokens.isNaN ? longest : Int(max(Double(shortest), min(Double(longest), tokens)))
    }
}
