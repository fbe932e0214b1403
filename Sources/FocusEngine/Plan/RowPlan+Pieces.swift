public import Vocabularies

extension RowPlan {
    /// The plan in which every token of both vocabularies is copied, and every other row is drawn.
    ///
    /// The anchors are all tokens that may be.
    ///
    /// - Throws: `EngineError` when a source row past `options.sourceRowCount` would be copied.
    public static func copying(_ overlap: Overlap, options: PlanOptions = PlanOptions()) throws(EngineError) -> RowPlan
    {
        let plan = RowPlan(
            overlap, combining: [], Combinations(), anchors: overlap.overlapping.filter(overlap.mayBeAnchor),
            seed: options.seed)
        if let rows = options.sourceRowCount { try plan.checkSourceRows(rows) }
        return plan
    }

    /// The plan in which every row that is a combination of anchors, and has pieces, is half that and half its pieces.
    ///
    /// - Parameter pieces: the pieces of a target token; nil where it has none.
    public func mixing(_ pieces: (Int) -> WeightedRows?) -> RowPlan {
        joining(pieces) { builder, terms, rowPieces in
            builder.append([
                (.combine, 0.5, Array(sourceRows[terms]), Array(weights[terms])),
                (.pieces, 0.5, rowPieces.sourceRows, rowPieces.weights),
            ])
        }
    }

    /// The plan in which every row that is a combination of anchors, and has pieces, is the plain mean of that and its
    /// pieces.
    ///
    /// - Parameter pieces: the pieces of a target token; nil where it has none.
    public func blending(_ pieces: (Int) -> WeightedRows?) -> RowPlan {
        joining(pieces) { builder, terms, rowPieces in
            var halves = zip(sourceRows[terms], weights[terms]).map { (source: $0, weight: $1 / 2) }
            halves += zip(rowPieces.sourceRows, rowPieces.weights).map { (source: $0, weight: $1 / 2) }
            var mean = WeightedRows()
            for (source, weight) in halves.sorted(by: { $0.source < $1.source }) { mean.append(source, weight) }
            builder.append(.blend, mean.sourceRows, mean.weights)
        }
    }

    /// The plan in which `append` appends every row that is a combination, with these terms, and has pieces.
    private func joining(
        _ pieces: (Int) -> WeightedRows?, _ append: (inout RowPlanBuilder, Range<Int>, WeightedRows) -> Void
    ) -> RowPlan {
        var builder = RowPlanBuilder(rowCount: rowCount)
        for row in kinds.indices {
            if kinds[row] == .combine, let rowPieces = pieces(row) {
                append(&builder, offsets[row]..<offsets[row + 1], rowPieces)
            } else {
                builder.append(row, of: self)
            }
        }
        return builder.plan(anchors: anchors, seed: seed, matchesNorm: matchesNorm)
    }

    /// The plan in which rows that are drawn are made as `rare` says.
    ///
    /// - Parameter rare: what becomes of such rows.
    /// - Parameter pieces: the pieces of a target token; nil where it has none.
    public func replacingSamples(_ rare: FallbackRows, pieces: (Int) -> WeightedRows?) -> RowPlan {
        guard rare != .normal, kinds.contains(.sample) else { return self }
        var builder = RowPlanBuilder(rowCount: rowCount)
        for row in kinds.indices {
            if kinds[row] != .sample {
                builder.append(row, of: self)
            } else if rare == .mean {
                builder.append(.mean)
            } else if let rowPieces = pieces(row) {
                builder.append(.pieces, rowPieces.sourceRows, rowPieces.weights)
            } else {
                builder.append(.sample)
            }
        }
        return builder.plan(anchors: anchors, seed: seed, matchesNorm: matchesNorm)
    }

    /// The same plan with rows of `kind`: each is the plain mean of the source rows beside it, a row that is there
    /// twice counting twice.
    public func replacing(_ means: [(row: Int, sourceRows: [Int])], as kind: RowKind = .prompt) -> RowPlan {
        let rows = Dictionary(means.filter { !$0.sourceRows.isEmpty }.map { ($0.row, $0.sourceRows) }) { first, _ in
            first
        }
        guard !rows.isEmpty else { return self }
        var builder = RowPlanBuilder(rowCount: rowCount)
        for row in kinds.indices {
            if let mean = rows[row].flatMap(PieceWeights.uniform.combination(of:)) {
                builder.append(kind, mean.sourceRows, mean.weights)
            } else {
                builder.append(row, of: self)
            }
        }
        let anchors = anchors.filter { rows[Int($0)] == nil }
        return builder.plan(anchors: anchors, seed: seed, matchesNorm: matchesNorm)
    }

    /// The same plan with one row that is a copy of another source row, or the mean of all where that is nil.
    public func replacing(_ row: Int, byCopying source: Int?) -> RowPlan {
        var builder = RowPlanBuilder(rowCount: rowCount)
        for other in kinds.indices {
            if other != row {
                builder.append(other, of: self)
            } else if let source {
                builder.append(.copy, [Int32(source)], [1])
            } else {
                builder.append(.mean)
            }
        }
        return builder.plan(anchors: anchors.filter { $0 != row }, seed: seed, matchesNorm: matchesNorm)
    }

    /// The same plan, whose rows of several source rows get the mean norm of the anchors, or do not.
    public func matchingNorm(_ matchesNorm: Bool) -> RowPlan {
        RowPlan(
            kinds: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights, mixtures: mixtures,
            anchors: anchors,
            seed: seed, matchesNorm: matchesNorm)
    }
}

/// A plan that is being made, row by row.
private struct RowPlanBuilder {
    private var kinds: [RowKind] = []
    private var offsets = [0]
    private var sourceRows: [Int32] = []
    private var weights: [Double] = []
    private var partOffsets = [0]
    private var parts: [RowPart] = []

    init(rowCount: Int) {
        kinds.reserveCapacity(rowCount)
        offsets.reserveCapacity(rowCount + 1)
        partOffsets.reserveCapacity(rowCount + 1)
    }

    /// Adds a row of one combination, or of none.
    mutating func append(_ kind: RowKind, _ sourceRows: [Int32] = [], _ weights: [Double] = []) {
        self.sourceRows += sourceRows
        self.weights += weights
        endRow(kind)
    }

    /// Adds a mixed row.
    mutating func append(_ parts: [(kind: RowKind, weight: Double, sourceRows: [Int32], weights: [Double])]) {
        for part in parts {
            let start = sourceRows.count
            sourceRows += part.sourceRows
            weights += part.weights
            self.parts.append(RowPart(kind: part.kind, weight: part.weight, terms: start..<sourceRows.count))
        }
        endRow(.mix)
    }

    /// Adds the row `row` of another plan.
    mutating func append(_ row: Int, of plan: RowPlan) {
        let terms = plan.offsets[row]..<plan.offsets[row + 1]
        let shift = sourceRows.count - terms.lowerBound
        sourceRows += plan.sourceRows[terms]
        weights += plan.weights[terms]
        parts += plan.mixtures[row].map { part in
            RowPart(
                kind: part.kind, weight: part.weight,
                terms: part.terms.lowerBound + shift..<part.terms.upperBound + shift)
        }
        endRow(plan.kinds[row])
    }

    private mutating func endRow(_ kind: RowKind) {
        kinds.append(kind)
        offsets.append(sourceRows.count)
        partOffsets.append(parts.count)
    }

    func plan(anchors: [Int32], seed: UInt64, matchesNorm: Bool) -> RowPlan {
        RowPlan(
            kinds: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights,
            mixtures: parts.isEmpty ? RowMixtures() : RowMixtures(offsets: partOffsets, parts: parts),
            anchors: anchors, seed: seed, matchesNorm: matchesNorm)
    }
}
