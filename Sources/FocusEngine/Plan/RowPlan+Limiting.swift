extension RowPlan {
    /// The same plan for a tensor that has only the first `rows` of the source's rows. What is not there is no part of
    /// a sum; a row of which nothing is there is a copy of `standIn`, or the mean of those that are. The plan itself
    /// where it reads no other rows.
    ///
    /// - Parameter standIn: the source row that is read where there is none, nil for the mean of all.
    public func limited(to rows: Int, standIn: Int? = nil) -> RowPlan {
        guard sourceRowCount > rows else { return self }
        var kinds: [RowKind] = []
        var offsets = [0]
        var sourceRows: [Int32] = []
        var weights: [Double] = []
        var parts: [RowPart] = []
        var partOffsets = [0]
        /// Appends what is there of `terms`, to the sum of 1; false where nothing is.
        func append(_ terms: Range<Int>) -> Bool {
            let kept = terms.filter { Int(self.sourceRows[$0]) < rows }
            let sum = kept.count == terms.count ? 1 : kept.reduce(0) { $0 + self.weights[$1] }
            guard sum > 0 else { return false }
            sourceRows += kept.map { self.sourceRows[$0] }
            weights += kept.map { self.weights[$0] / sum }
            return true
        }
        /// What becomes of a row of which nothing is there.
        func missing() -> RowKind {
            guard let standIn, standIn < rows else { return .mean }
            sourceRows.append(Int32(standIn))
            weights.append(1)
            return .copy
        }
        for row in self.kinds.indices {
            var kind = self.kinds[row]
            if kind == .mix {
                let start = parts.count
                for part in mixtures[row] {
                    let first = sourceRows.count
                    guard append(part.terms) else { continue }
                    parts.append(RowPart(kind: part.kind, weight: part.weight, terms: first..<sourceRows.count))
                }
                let found = parts[start...]
                if found.count < 2 {
                    kind = found.first?.kind ?? missing()
                    parts.removeSubrange(start...)
                } else if found.count < mixtures[row].count {
                    let share = found.reduce(0) { $0 + $1.weight }
                    for index in start..<parts.count {
                        let part = parts[index]
                        parts[index] = RowPart(kind: part.kind, weight: part.weight / share, terms: part.terms)
                    }
                }
            } else if kind == .copy || kind.isSum, !append(self.offsets[row]..<self.offsets[row + 1]) {
                kind = missing()
            }
            kinds.append(kind)
            offsets.append(sourceRows.count)
            partOffsets.append(parts.count)
        }
        let kept = anchors.filter { anchor in
            let row = Int(anchor)
            return self.kinds[row] != .copy || Int(self.sourceRows[self.offsets[row]]) < rows
        }
        return RowPlan(
            kinds: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights,
            mixtures: parts.isEmpty ? RowMixtures() : RowMixtures(offsets: partOffsets, parts: parts), anchors: kept,
            seed: seed, matchesNorm: matchesNorm)
    }
}
