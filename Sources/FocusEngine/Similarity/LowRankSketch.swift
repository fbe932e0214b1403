private import CKernels
internal import Parallel

/// Sketches of unit vectors: their components along the few directions in which anchors differ most, and the length
/// of the rest.
///
/// The scalar product of two sketches is no less than that of the vectors (Cauchy-Schwarz), and takes a fraction of
/// the work. It rules out most anchors of a new token, so that only the others are compared in full.
struct LowRankSketch: Sendable {
    /// How many elements a sketch has.
    let count: Int
    private let dimension: Int
    /// The directions, orthonormal, `[dimension, count - 1]`.
    private let basis: [Double]

    /// Shorter vectors are compared in full at once.
    private static let smallestDimension = 48
    private static let sampleCount = 512
    private static let rounds = 5
    /// The share of the squared lengths that the directions should hold, and below which sketches rule out too little.
    private static let (wantedShare, leastShare) = (0.6, 0.4)

    /// Finds the directions from a sample of the vectors, by subspace iteration; nil where sketches would not help.
    ///
    /// - Parameter vectors: unit vectors, `[vectorCount, dimension]`.
    init?(of vectors: UnsafePointer<Float>, vectorCount: Int, dimension: Int, workers: Workers) {
        let most = min(4, dimension / (3 * FOCUS_DIRECTION_BLOCK)) * FOCUS_DIRECTION_BLOCK
        guard dimension >= LowRankSketch.smallestDimension, vectorCount >= 4 * most else { return nil }
        let sampled = min(vectorCount, LowRankSketch.sampleCount)
        let sample = (0..<sampled).map { index in
            let start = index * vectorCount / sampled * dimension
            return (0..<dimension).map { unsafe Double(vectors[start + $0]) }
        }
        var directions = (0..<most).map { sample[$0 * sampled / most] }
        LowRankSketch.orthonormalize(&directions)
        var shares: [Double] = []
        for _ in 0..<LowRankSketch.rounds {
            (directions, shares) = LowRankSketch.timesCovariance(directions, sample, workers)
            LowRankSketch.orthonormalize(&directions)
        }
        var (kept, held) = (0, 0.0)
        while kept < most, held < LowRankSketch.wantedShare {
            held += shares[kept..<kept + FOCUS_DIRECTION_BLOCK].reduce(0, +)
            kept += FOCUS_DIRECTION_BLOCK
        }
        guard held >= LowRankSketch.leastShare else { return nil }
        count = kept + 1
        self.dimension = dimension
        basis = (0..<dimension).flatMap { element in directions[..<kept].map { $0[element] } }
    }

    /// The directions times the covariance of the sample, and the share of the sample's squared lengths along each
    /// before.
    private static func timesCovariance(
        _ directions: [[Double]], _ sample: [[Double]], _ workers: Workers
    ) -> (directions: [[Double]], shares: [Double]) {
        let results = workers.map(directions.count) { index in
            let direction = directions[index]
            var sum = [Double](repeating: 0, count: direction.count)
            var share = 0.0
            for vector in sample {
                let component = product(direction, vector)
                share += component * component
                add(vector, times: component, to: &sum)
            }
            return (sum: sum, share: share / Double(sample.count))
        }
        return (results.map(\.sum), results.map(\.share))
    }

    /// Makes the directions orthonormal (Gram-Schmidt, twice, so that rounding does not matter); one that depends on
    /// those before it becomes 0.
    private static func orthonormalize(_ directions: inout [[Double]]) {
        for index in directions.indices {
            let before = product(directions[index], directions[index]).squareRoot()
            for _ in 0..<2 {
                for other in directions[..<index] {
                    add(other, times: -product(directions[index], other), to: &directions[index])
                }
            }
            let length = product(directions[index], directions[index]).squareRoot()
            let scale = length > before * 1e-9 ? 1 / length : 0
            for element in directions[index].indices { directions[index][element] *= scale }
        }
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }

    private static func add(_ vector: [Double], times weight: Double, to sum: inout [Double]) {
        for index in sum.indices { sum[index] += weight * vector[index] }
    }

    /// Writes the sketches of `vectorCount` unit vectors, `[vectorCount, dimension]`, as `[vectorCount, count]`.
    func sketch(_ vectors: UnsafePointer<Float>, _ vectorCount: Int, to result: UnsafeMutablePointer<Float>) {
        unsafe focus_sketch(vectors, vectorCount, dimension, basis, count - 1, result)
    }
}
