private import CKernels

/// How well hidden anchors are rebuilt from the others: a figure of quality for any language, without training.
public struct HeldOutReconstruction: Sendable, Hashable {
    /// How many anchors were hidden.
    public let hidden: Int
    /// The mean cosine of the rebuilt rows and the true ones.
    public let meanCosine: Double
    /// The mean cosine of the mean of all source rows and the true rows: what one gets for knowing nothing.
    public let meanVectorCosine: Double

    /// Hides some anchors and rebuilds them, with the same method that combines new tokens.
    ///
    /// An anchor is hidden if a hash of the seed and its source row is below `fraction`; so anchors of one source row are hidden together.
    ///
    /// - Parameters:
    ///   - source: the input embedding.
    ///   - means: the mean of each of its columns.
    /// - Returns: nil where no anchor is hidden, or none left.
    /// - Throws: `EngineError`, `CancellationError`, or what `source` throws.
    public static func measure<Source: RowSource>(
        _ overlap: Overlap, vectors: AuxiliaryVectors, options: PlanOptions = PlanOptions(), source: Source,
        means: [Double], fraction: Double = 0.05, workers: Workers = Workers(count: 1), monitor: WorkMonitor = .none
    ) throws -> HeldOutReconstruction? {
        try options.check()
        var roles = FocusRoles(overlap, vectors)
        let limit = fraction * 0x1p32
        let truths = roles.hideAnchors { source in
            let word = SeededNormal.philox(
                counter: [UInt32(source), 0, 0, 0],
                key: [UInt32(truncatingIfNeeded: options.seed), UInt32(truncatingIfNeeded: options.seed >> 32)])[0]
            return Double(word) < limit
        }
        guard !truths.isEmpty, !roles.anchors.isEmpty else { return nil }
        let tiles = try RowPlan.combinations(roles, vectors, options, workers, monitor)

        let width = source.width
        var rebuilt = [Double](repeating: 0, count: width)
        var truth = [Double](repeating: 0, count: width)
        var (sum, meanSum, count) = (0.0, 0.0, 0)
        var index = 0
        for tile in tiles {
            var start = 0
            for size in tile.counts {
                truth.replaceSubrange(0..<width, with: repeatElement(0, count: width))
                try source.add(truths[index], times: 1, to: &truth)
                rebuilt.replaceSubrange(0..<width, with: repeatElement(0, count: width))
                for term in start..<start + size {
                    try source.add(Int(tile.columns[term]), times: tile.weights[term], to: &rebuilt)
                }
                (start, index) = (start + size, index + 1)
                // A row of zeros has no direction.
                guard truth.contains(where: { $0 != 0 }) else { continue }
                sum += cosine(rebuilt, truth)
                meanSum += cosine(means, truth)
                count += 1
            }
        }
        guard count > 0 else { return nil }
        return HeldOutReconstruction(
            hidden: count, meanCosine: sum / Double(count), meanVectorCosine: meanSum / Double(count))
    }

    private static func cosine(_ a: [Double], _ b: [Double]) -> Double {
        var (product, squareA, squareB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            product += x * y
            squareA += x * x
            squareB += y * y
        }
        let norm = (squareA * squareB).squareRoot()
        return norm == 0 ? 0 : product / norm
    }
}

extension FocusRoles {
    /// Makes new tokens of the anchors whose source row is hidden, in place of the true ones; returns their source rows.
    fileprivate mutating func hideAnchors(_ isHidden: (Int) -> Bool) -> [Int] {
        let hidden = anchors.filter { isHidden($0.source) }
        anchors.removeAll { isHidden($0.source) }
        combined = hidden.map { ($0.id, $0.vector) }
        return hidden.map(\.source)
    }
}

extension RowSource {
    fileprivate func add(_ row: Int, times weight: Double, to sums: inout [Double]) throws(Failure) {
        let width = width
        try withRows(row..<row + 1) { elements in
            precondition(elements.count == width)
            unsafe elements.withUnsafeBufferPointer { unsafe focus_add_weighted(&sums, $0.baseAddress, weight, width) }
        }
    }
}
