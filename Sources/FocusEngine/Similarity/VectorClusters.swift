private import CKernels
internal import Parallel

/// An order of vectors in which similar ones are near each other: by their clusters, which are in a chain.
struct VectorClusters: Sendable {
    /// The number of elements of a vector, and how far apart vectors are in memory.
    let (dimension, stride): (Int, Int)
    /// The centers of the clusters, `[dimension, offsets.count]`.
    private let centers: [Float]
    /// Minus half the squared length of each center.
    private let offsets: [Float]

    private static let (sampleCount, rounds, vectorsPerCenter, mostCenters) = (8192, 5, 96, 256)
    /// Vectors that one thread takes at a time.
    private static let vectorsAtATime = 1024

    /// Finds the centers of a sample of the vectors, by k-means.
    ///
    /// - Parameter vectors: `[vectorCount, stride]`, of which the first `dimension` elements count.
    init(of vectors: UnsafePointer<Float>, vectorCount: Int, dimension: Int, stride: Int, workers: Workers) {
        (self.dimension, self.stride) = (dimension, stride)
        let centerCount = min(VectorClusters.mostCenters, vectorCount / VectorClusters.vectorsPerCenter + 1)
        let sampled = min(vectorCount, VectorClusters.sampleCount)
        var sample: [Float] = []
        for index in 0..<sampled {
            let start = index * vectorCount / sampled * stride
            for element in 0..<dimension { unsafe sample.append(vectors[start + element]) }
        }
        var rows = (0..<centerCount).map { center in
            let start = center * sampled / centerCount * dimension
            return Array(sample[start..<start + dimension])
        }
        for _ in 0..<VectorClusters.rounds {
            let packed = VectorClusters.packed(rows)
            let (nearest, _) = unsafe sample.withUnsafeBufferPointer {
                unsafe VectorClusters.nearestCenters($0.baseAddress!, sampled, dimension, dimension, packed, workers)
            }
            rows = VectorClusters.means(of: sample, dimension, by: nearest, keeping: rows)
        }
        (centers, offsets) = VectorClusters.packed(VectorClusters.chained(rows))
    }

    private static func means(
        of sample: [Float], _ dimension: Int, by nearest: [UInt32], keeping old: [[Float]]
    ) -> [[Float]] {
        var sums = [[Double]](repeating: Array(repeating: 0, count: dimension), count: old.count)
        var counts = [Double](repeating: 0, count: old.count)
        for (vector, center) in nearest.enumerated() {
            counts[Int(center)] += 1
            for element in 0..<dimension { sums[Int(center)][element] += Double(sample[vector * dimension + element]) }
        }
        return old.indices.map { center in
            counts[center] == 0 ? old[center] : sums[center].map { Float($0 / counts[center]) }
        }
    }

    /// The centers, each followed by the nearest one that is left.
    private static func chained(_ rows: [[Float]]) -> [[Float]] {
        var left = rows
        var chain = [left.removeFirst()]
        while let last = chain.last, !left.isEmpty {
            let distances = left.map { zip($0, last).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
            let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
            chain.append(left.remove(at: nearest))
        }
        return chain
    }

    private static func packed(_ rows: [[Float]]) -> (centers: [Float], offsets: [Float]) {
        let dimension = rows.first?.count ?? 0
        return (
            (0..<dimension).flatMap { element in rows.map { $0[element] } },
            rows.map { row in -0.5 * row.reduce(0) { $0 + $1 * $1 } }
        )
    }

    /// For each vector the nearest center, and its score: the higher, the nearer.
    private static func nearestCenters(
        _ vectors: UnsafePointer<Float>, _ count: Int, _ dimension: Int, _ stride: Int,
        _ packed: (centers: [Float], offsets: [Float]), _ workers: Workers
    ) -> (nearest: [UInt32], scores: [Float]) {
        let vectors = unsafe SharedPointer(vectors)
        let parts = workers.map((count + vectorsAtATime - 1) / vectorsAtATime) { part in
            let first = part * vectorsAtATime
            let size = min(vectorsAtATime, count - first)
            var nearest = [UInt32](repeating: 0, count: size)
            var scores = [Float](repeating: 0, count: size)
            unsafe focus_find_nearest(
                vectors.pointer + first * stride, size, dimension, stride, packed.centers, packed.offsets,
                packed.offsets.count, &nearest, &scores)
            return (nearest, scores)
        }
        return (parts.flatMap(\.0), parts.flatMap(\.1))
    }

    /// The order of `count` vectors, and the cluster of each in that order.
    func order(
        _ vectors: UnsafePointer<Float>, _ count: Int, workers: Workers
    ) -> (order: [Int], clusters: [Int]) {
        let (nearest, scores) = unsafe VectorClusters.nearestCenters(
            vectors, count, dimension, stride, (centers, offsets), workers)
        let order = (0..<count).sorted { (nearest[$0], scores[$0], $0) < (nearest[$1], scores[$1], $1) }
        return (order, order.map { Int(nearest[$0]) })
    }
}
