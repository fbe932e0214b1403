/// The projection onto the simplex: weights that are nearest to the scores among all that are at least 0 and sum to 1.
///
/// `weight = max(score - threshold, 0)`. (Martins & Astudillo 2016, algorithm 1)
public enum Sparsemax {
    /// The weights of `scores`, which must be finite; none for none.
    ///
    /// - Complexity: as sorting.
    public static func weights(of scores: [Double]) -> [Double] {
        project(scores)
    }

    /// The weights of `scores`, which must be finite, in single precision; none for none.
    ///
    /// - Complexity: as sorting.
    public static func weights(of scores: [Float]) -> [Float] {
        project(scores)
    }

    private static func project<Number: BinaryFloatingPoint>(_ scores: [Number]) -> [Number] {
        guard let largest = scores.max() else { return [] }
        precondition(scores.allSatisfy(\.isFinite), "scores must be finite")
        // Sparsemax does not change when a number is added to all scores; with the largest at 0 nothing overflows.
        let shifted = scores.map { $0 - largest }
        let threshold = threshold(ofDescending: shifted.sorted(by: >))
        return shifted.map { max($0 - threshold, 0) }
    }

    /// The threshold of scores that descend from 0: with the support as large as possible while its smallest score
    /// stays above (sum of the support - 1) / (size of the support).
    static func threshold<Number: BinaryFloatingPoint>(ofDescending scores: [Number]) -> Number {
        var sum: Number = 0
        var threshold: Number = -1
        var size: Number = 0
        for score in scores {
            size += 1
            sum += score
            guard 1 + size * score > sum else { break }
            threshold = (sum - 1) / size
        }
        return threshold
    }
}
