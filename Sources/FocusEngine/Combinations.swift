/// Combinations of source rows, one after the other.
struct Combinations: Sendable {
    /// How many source rows each takes.
    private(set) var counts: [Int] = []
    /// The source rows, ascending within each.
    private(set) var columns: [Int32] = []
    /// Their weights, more than 0 and together 1 within each.
    private(set) var weights: [Double] = []

    /// Appends the sparsemax of the scores of some anchors, which must include its support; anchors of one source row add up.
    mutating func append(_ scores: [(anchor: Int, score: Double)], sources: [Int32]) {
        var largest = -Double.infinity
        for (_, score) in scores { largest = max(largest, score) }
        var descending: [Double] = []
        descending.reserveCapacity(scores.count)
        for (_, score) in scores where score > largest - 1 { descending.append(score - largest) }
        descending.sort(by: >)
        let threshold = Sparsemax.threshold(ofDescending: descending)
        var terms: [(source: Int32, weight: Double)] = []
        for (anchor, score) in scores where score - largest > threshold {
            terms.append((sources[anchor], score - largest - threshold))
        }
        terms.sort { $0.source < $1.source }
        let start = columns.count
        for (source, weight) in terms {
            if columns.count > start, columns[columns.count - 1] == source {
                weights[weights.count - 1] += weight
            } else {
                columns.append(source)
                weights.append(weight)
            }
        }
        counts.append(columns.count - start)
    }
}
