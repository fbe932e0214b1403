/// Combinations of source rows, one after the other.
struct Combinations: Sendable {
    /// How many source rows each takes.
    private(set) var counts: [Int] = []
    /// The source rows, ascending within each.
    private(set) var sourceRows: [Int32] = []
    /// Their weights, more than 0 and together 1 within each.
    private(set) var weights: [Double] = []

    /// None.
    init() {}

    /// The combinations of some tiles, brought from the order `order` into ascending order of its indices.
    init(_ tiles: [Combinations], order: [Int]) {
        var origins = [(tile: Int, row: Int, start: Int)](repeating: (0, 0, 0), count: order.count)
        var position = 0
        for (tile, combinations) in tiles.enumerated() {
            var start = 0
            for (row, count) in combinations.counts.enumerated() {
                origins[order[position]] = (tile, row, start)
                (position, start) = (position + 1, start + count)
            }
        }
        let termCount = tiles.reduce(0) { $0 + $1.sourceRows.count }
        counts.reserveCapacity(order.count)
        sourceRows.reserveCapacity(termCount)
        weights.reserveCapacity(termCount)
        for (tile, row, start) in origins {
            let terms = start..<start + tiles[tile].counts[row]
            counts.append(terms.count)
            sourceRows.append(contentsOf: tiles[tile].sourceRows[terms])
            weights.append(contentsOf: tiles[tile].weights[terms])
        }
    }

    /// Appends the sparsemax of the scores of some anchors, which must include its support.
    ///
    /// The weights of anchors that share a source row are added up.
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
        let start = sourceRows.count
        for (source, weight) in terms {
            if sourceRows.count > start, sourceRows[sourceRows.count - 1] == source {
                weights[weights.count - 1] += weight
            } else {
                sourceRows.append(source)
                weights.append(weight)
            }
        }
        counts.append(sourceRows.count - start)
    }
}
