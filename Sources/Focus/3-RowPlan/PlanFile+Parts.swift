internal import FocusEngine

extension PlanFile {
    /// The parts of mixed rows as a file lists them: which row's parts start where, and of each its kind, its share,
    /// and where its terms end.
    struct Parts {
        var offsets: [Int64] = []
        var kinds: [UInt8] = []
        var weights: [Double] = []
        var ends: [Int64] = []

        /// The parts of `plan`; nothing where no row is mixed.
        init(_ plan: RowPlan) {
            offsets = plan.mixtures.offsets.map { Int64($0) }
            kinds = plan.mixtures.parts.map(\.kind.rawValue)
            weights = plan.mixtures.parts.map(\.weight)
            ends = plan.mixtures.parts.map { Int64($0.terms.upperBound) }
        }

        init(offsets: [Int64], kinds: [UInt8], weights: [Double], ends: [Int64]) {
            self.offsets = offsets
            self.kinds = kinds
            self.weights = weights
            self.ends = ends
        }

        /// The parts in memory, or nil where the lists do not fit together or to `rows`, where the terms of each row
        /// start.
        func mixtures(rows: [Int]) -> RowMixtures? {
            guard kinds.count == weights.count, kinds.count == ends.count, offsets.count == rows.count,
                offsets.first == 0, offsets.last == Int64(kinds.count),
                zip(offsets, offsets.dropFirst()).allSatisfy(<=)
            else { return nil }
            var parts: [RowPart] = []
            parts.reserveCapacity(kinds.count)
            for row in rows.indices.dropLast() {
                var start = rows[row]
                for part in Int(offsets[row])..<Int(offsets[row + 1]) {
                    guard let kind = RowKind(rawValue: kinds[part]), let end = Int(exactly: ends[part]), start <= end,
                        start >= 0
                    else { return nil }
                    parts.append(RowPart(kind: kind, weight: weights[part], terms: start..<end))
                    start = end
                }
            }
            return RowMixtures(offsets: offsets.map { Int($0) }, parts: parts)
        }
    }
}
