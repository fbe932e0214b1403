private import Glibc

/// How often each token occurs, as a distribution.
struct TokenDistribution {
    private let shares: [Double]

    /// Makes the distribution of counts, of which those of 0 say nothing.
    init(_ counts: [Int]) {
        let total = Double(counts.reduce(0, +))
        shares = counts.filter { $0 > 0 }.map { Double($0) / total }
    }

    /// Shannon's entropy in bits.
    var entropy: Double {
        -shares.reduce(0) { $0 + $1 * log2($1) }
    }

    /// Rényi's entropy of `order`, which is not 1, in bits.
    func renyi(_ order: Double) -> Double {
        shares.isEmpty ? 0 : log2(shares.reduce(0) { $0 + pow($1, order) }) / (1 - order)
    }
}
