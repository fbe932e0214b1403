/// What becomes of a target row that the method cannot reach: of a new token without an auxiliary vector.
public enum RareRows: String, Sendable, Hashable, CaseIterable {
    /// It is drawn from the normal distribution of the source's columns, as published.
    case normal
    /// It is the mean of the source's rows.
    case mean
    /// It is the mean of the rows of the pieces into which the source tokenizer splits the token's text, and drawn where it
    /// does not split it into known ones.
    case pieces
}

extension RowPlan {
    /// The plan in which rows that are drawn come about as `rare` says.
    ///
    /// - Parameter pieces: the source ids of the pieces of a target token, in order; empty where there are none.
    public func replacingSamples(_ rare: RareRows, pieces: (Int) -> [Int]) -> RowPlan {
        guard rare != .normal, kinds.contains(.sample) else { return self }
        var kinds = kinds
        var offsets = [0]
        var columns: [Int32] = []
        var weights: [Double] = []
        offsets.reserveCapacity(kinds.count + 1)
        columns.reserveCapacity(self.columns.count)
        weights.reserveCapacity(self.columns.count)
        for row in kinds.indices {
            let terms = self.offsets[row]..<self.offsets[row + 1]
            if kinds[row] != .sample {
                columns += self.columns[terms]
                weights += self.weights[terms]
            } else if rare == .mean {
                kinds[row] = .mean
            } else {
                let found = pieces(row).sorted()
                if !found.isEmpty { kinds[row] = .pieces }
                let start = columns.count
                for piece in found {
                    if columns.count > start, columns[columns.count - 1] == Int32(piece) {
                        weights[weights.count - 1] += 1 / Double(found.count)
                    } else {
                        columns.append(Int32(piece))
                        weights.append(1 / Double(found.count))
                    }
                }
            }
            offsets.append(columns.count)
        }
        return RowPlan(
            kinds: kinds, offsets: offsets, columns: columns, weights: weights, anchors: anchors, seed: seed,
            matchesNorm: matchesNorm)
    }

    /// The same plan, whose rows of several source rows get the mean norm of the anchors, or do not.
    public func matchingNorm(_ matchesNorm: Bool) -> RowPlan {
        RowPlan(
            kinds: kinds, offsets: offsets, columns: columns, weights: weights, anchors: anchors, seed: seed,
            matchesNorm: matchesNorm)
    }
}
