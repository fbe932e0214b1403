extension RowPlan {
    /// The same plan for a tensor that has only the first `rows` of the source's rows. What is not there is no part of
    /// a sum; a row of which nothing is there is a copy of `standIn`, or the mean of those that are. The plan itself
    /// where it reads no other rows.
    ///
    /// - Parameters:
    ///   - rows: how many of the source's rows the tensor has.
    ///   - standIn: the source row that is read where there is none, nil for the mean of all.
    public func limited(to rows: Int, standIn: Int? = nil) -> RowPlan {
        guard sourceRowCount > rows else { return self }
        let row = standIn.flatMap { $0 < rows ? $0 : nil }
        return selecting(Array(kinds.indices), standIn: row) { $0 < rows ? $0 : nil }
    }

    /// The plan of some of the rows, in this order, for a tensor that has some of the source's rows, in any order. What
    /// is not there is no part of a sum; a row of which nothing is there is a copy of `standIn`, or the mean of those
    /// that are.
    ///
    /// - Parameters:
    ///   - selected: the rows of this plan that are wanted; past its last one there is nothing to make a row of.
    ///   - standIn: the row of the tensor that is read where there is none, nil for the mean of all.
    ///   - place: the row of the tensor that is a source row; nil where it has none.
    public func selecting(_ selected: [Int], standIn: Int? = nil, at place: (Int) -> Int?) -> RowPlan {
        var kinds: [RowKind] = []
        var offsets = [0]
        var sourceRows: [Int32] = []
        var weights: [Double] = []
        var parts: [RowPart] = []
        var partOffsets = [0]
        /// Appends what is there of `terms`, to the sum of 1; false where nothing is.
        func append(_ terms: Range<Int>) -> Bool {
            var kept = terms.compactMap { term in
                place(Int(self.sourceRows[term])).map { (row: Int32($0), weight: self.weights[term]) }
            }
            let sum = kept.count == terms.count ? 1 : kept.reduce(0) { $0 + $1.weight }
            guard sum > 0 else { return false }
            if !zip(kept, kept.dropFirst()).allSatisfy({ $0.row < $1.row }) { kept.sort { $0.row < $1.row } }
            sourceRows += kept.map(\.row)
            weights += kept.map { $0.weight / sum }
            return true
        }
        /// What becomes of a row of which nothing is there.
        func missing() -> RowKind {
            guard let standIn else { return .mean }
            sourceRows.append(Int32(standIn))
            weights.append(1)
            return .copy
        }
        for row in selected {
            var kind = row < rowCount ? self.kinds[row] : .mean
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
        let isAnchor = Set(anchors)
        let kept = selected.indices.filter { index in
            let row = selected[index]
            guard isAnchor.contains(Int32(row)) else { return false }
            return self.kinds[row] != .copy || place(Int(self.sourceRows[self.offsets[row]])) != nil
        }.map { Int32($0) }
        return RowPlan(
            kinds: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights,
            mixtures: parts.isEmpty ? RowMixtures() : RowMixtures(offsets: partOffsets, parts: parts), anchors: kept,
            seed: seed, matchesNorm: matchesNorm)
    }
}
