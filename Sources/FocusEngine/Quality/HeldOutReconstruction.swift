private import CKernels
public import Parallel
public import Vocabularies

/// How well hidden anchors are rebuilt from the others: a measure of quality for any language, without training.
///
/// It ranks variants of one method fairly, and methods of different kinds moderately: an anchor is a shorter and more
/// frequent token than those that are really new, has more neighbours than they have, and is split into pieces that
/// it would never be split into.
public struct HeldOutReconstruction: Sendable, Hashable {
    /// How many anchors were hidden.
    public let hidden: Int
    /// The mean cosine of the rebuilt rows and the true ones.
    public let meanCosine: Double
    /// The mean cosine of the mean of all source rows and the true rows: what one gets for knowing nothing.
    public let meanVectorCosine: Double

    /// Hides some anchors and rebuilds them, with the same method that combines new tokens.
    ///
    /// - Parameters:
    ///   - source: the input embedding.
    ///   - means: the mean of each of its columns.
    ///   - fraction: the share of the anchors to hide.
    ///   - monitor: hears how far the work is, and says whether it should stop.
    ///   - options: as for a plan.
    ///   - overlap: which target tokens the source has, too.
    ///   - vectors: the auxiliary vectors, by target id.
    ///   - workers: the threads to use; the result is the same on any number.
    /// - Returns: nil where no anchor is hidden, or none left.
    /// - Throws: `EngineError`, `CancellationError`, or what `source` throws.
    public static func measure<Source: RowSource>(
        _ overlap: Overlap, vectors: AuxiliaryVectors, options: PlanOptions = PlanOptions(), source: Source,
        means: [Double], fraction: Double = 0.05, workers: Workers = Workers(count: 1), monitor: WorkMonitor = .none
    ) throws -> HeldOutReconstruction? {
        try HeldOutAnchors(overlap, vectors: vectors, seed: options.seed, fraction: fraction)
            .reconstruction(
                by: .focus, options: options, source: source, means: means, workers: workers, monitor: monitor)
    }
}

/// Anchors that are hidden, to be rebuilt from the others.
///
/// An anchor is hidden if a hash of the seed and its source row is below the fraction; so anchors of one source row
/// are hidden together.
public struct HeldOutAnchors: Sendable {
    /// The hidden anchors, which are as new as `roles` says: target id and source row, by id.
    private var hidden: [(id: Int, source: Int)]
    private var roles: FocusRoles
    private let vectors: AuxiliaryVectors?
    private var pieces: [WeightedRows]?

    /// Hides a fraction of the anchors: of the overlapping tokens that have a vector; of all that may be anchors,
    /// where there are no vectors.
    ///
    /// - Parameter fraction: the share of the anchors to hide.
    /// - Parameter overlap: which target tokens the source has, too.
    /// - Parameter seed: decides which are hidden.
    /// - Parameter vectors: the auxiliary vectors, by target id.
    /// - Parameter pieces: the pieces of each of the target tokens that has any, none of which may be the source
    ///   token that stands beside it; tokens that have none are not hidden then. Nil where no method uses pieces.
    public init(
        _ overlap: Overlap, vectors: AuxiliaryVectors?, seed: UInt64, fraction: Double = 0.05,
        pieces: (([(target: Int, source: Int)]) -> [Int: WeightedRows])? = nil
    ) {
        var roles = FocusRoles(overlap, vectors ?? AuxiliaryVectors(dimension: 1))
        if vectors == nil {
            roles.anchors = overlap.overlapping.compactMap { id in
                overlap.mayBeAnchor(id) ? overlap.source(of: id).map { (id, 0, $0) } : nil
            }
        }
        let limit = fraction * 0x1p32
        func isHidden(_ source: Int) -> Bool {
            let word = SeededNormal.philox(
                counter: [UInt32(source), 0, 0, 0],
                key: [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)])[0]
            return Double(word) < limit
        }
        var chosen = roles.anchors.filter { isHidden($0.source) }
        if let combinations = pieces.map({ $0(chosen.map { ($0.id, $0.source) }) }) {
            chosen.removeAll { combinations[$0.id] == nil }
            self.pieces = chosen.compactMap { combinations[$0.id] }
        }
        let sources = Set(chosen.map(\.source))
        roles.anchors.removeAll { sources.contains($0.source) }
        roles.combined = chosen.map { ($0.id, $0.vector) }
        hidden = chosen.map { ($0.id, $0.source) }
        self.roles = roles
        self.vectors = vectors
    }

    /// How well `method` rebuilds the hidden anchors.
    ///
    /// - Returns: nil where no anchor is hidden, or none left, or there is nothing that the method works with.
    /// - Throws: `EngineError`, `CancellationError`, or what `source` throws.
    public func reconstruction<Source: RowSource>(
        by method: RowMethod, options: PlanOptions, source: Source, means: [Double],
        workers: Workers = Workers(count: 1), monitor: WorkMonitor = .none
    ) throws -> HeldOutReconstruction? {
        try options.check()
        guard !hidden.isEmpty, !roles.anchors.isEmpty || !method.usesVectors else { return nil }
        var combinations: [WeightedRows] = []
        if method.usesVectors {
            guard let vectors else { return nil }
            combinations = try RowPlan.combinations(roles, vectors, options, workers, monitor).rows
        }
        guard let pieces = method.usesPieces ? pieces : [] else { return nil }

        let width = source.width
        var (sum, meanSum, count) = (0.0, 0.0, 0)
        for (index, anchor) in hidden.enumerated() {
            var truth = [Double](repeating: 0, count: width)
            try source.add(anchor.source, times: 1, to: &truth)
            // A row of zeros has no direction.
            guard truth.contains(where: { $0 != 0 }) else { continue }
            var rebuilt = [Double](repeating: 0, count: width)
            if method.usesVectors { try source.add(combinations[index], to: &rebuilt) }
            if method.usesPieces {
                var other = [Double](repeating: 0, count: width)
                try source.add(pieces[index], to: &other)
                if method == .focusAndPieces {
                    rebuilt.normalize()
                    other.normalize()
                }
                for column in 0..<width { rebuilt[column] += other[column] }
            }
            sum += HeldOutAnchors.cosine(rebuilt, truth)
            meanSum += HeldOutAnchors.cosine(means, truth)
            count += 1
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

extension Combinations {
    /// Each combination by itself.
    fileprivate var rows: [WeightedRows] {
        var start = 0
        return counts.map { count in
            var rows = WeightedRows()
            for term in start..<start + count { rows.append(sourceRows[term], weights[term]) }
            start += count
            return rows
        }
    }
}

extension [Double] {
    /// Brings the vector to length 1, where it has any.
    fileprivate mutating func normalize() {
        let norm = reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard norm > 0 else { return }
        for index in indices { self[index] /= norm }
    }
}

extension RowSource {
    fileprivate func add(_ rows: WeightedRows, to sums: inout [Double]) throws(Failure) {
        for (source, weight) in zip(rows.sourceRows, rows.weights) { try add(Int(source), times: weight, to: &sums) }
    }

    fileprivate func add(_ row: Int, times weight: Double, to sums: inout [Double]) throws(Failure) {
        let width = width
        try withRows(row..<row + 1) { elements in
            precondition(elements.count == width)
            unsafe elements.withUnsafeBufferPointer { unsafe focus_add_weighted(&sums, $0.baseAddress, weight, width) }
        }
    }
}
