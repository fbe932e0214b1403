/// How often each row is expected to be moved by a token of the text.
struct MoveRates: Sendable {
    /// The output rows of words.
    let outputs: [Double]
    /// The rows of words and n-grams.
    let rows: [Double]

    /// The rates where the text is drawn evenly from what `dictionary` counts.
    init(_ dictionary: TrainingDictionary, _ rows: NGramRows, _ parameters: FastTextParameters) {
        let total = Double(dictionary.tokenCount)
        let kept = zip(dictionary.counts, dictionary.keepShares(threshold: parameters.samplingThreshold))
            .map { Double($0) / total * $1 }
        let roots = dictionary.counts.map { Double($0).squareRoot() }
        let draws = kept.reduce(0, +) * Double(parameters.negatives) / roots.reduce(0, +)
        outputs = zip(kept, roots).map { $0 + draws * $1 }
        // On average a window reaches half as far as it may, on both sides.
        let neighbours = Double(parameters.window + 1)
        var rates = [Double](repeating: 0, count: dictionary.words.count + rows.buckets.count)
        for word in kept.indices {
            for index in rows.starts[word]..<rows.starts[word + 1] {
                rates[Int(rows.numbers[Int(index)])] += kept[word] * neighbours
            }
        }
        self.rows = rates
    }
}
