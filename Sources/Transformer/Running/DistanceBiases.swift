/// What distances between queries and keys add to scores.
struct DistanceBiases: Sendable {
    /// The longest sequence that they are for.
    let longest: Int
    /// For each head: the number for each distance from 1 - `longest` to `longest` - 1, where keys after the query are
    /// at positive distances.
    let values: [Float]
    /// From one head to the next.
    var stride: Int { 2 * longest - 1 }

    /// Makes them of a table, [buckets, heads].
    init(_ bias: RelativeBias, table: [Float], heads: Int, longest: Int) {
        self.longest = max(longest, 1)
        let distances = 1 - self.longest..<self.longest
        let buckets = distances.map(bias.bucket)
        values = (0..<heads).flatMap { head in buckets.map { table[$0 * heads + head] } }
    }
}
