/// A plan in figures.
public struct RowPlanSummary: Sendable, Hashable {
    /// The number of target rows.
    public let rows: Int
    /// How many are copied.
    public let copied: Int
    /// How many of the copied are anchors.
    public let anchors: Int
    /// How many are combinations.
    public let combined: Int
    /// How many are drawn.
    public let sampled: Int
    /// How many are the mean of the source's rows.
    public let averaged: Int
    /// How many are the mean of the rows of their pieces.
    public let pieced: Int
    /// How many source rows a combination takes on average; 0 where there is none.
    public let meanSupport: Double
    /// How many source rows a combination takes at most.
    public let maximumSupport: Int
}

extension RowPlan {
    /// The plan in figures.
    public var summary: RowPlanSummary {
        var counts: [RowKind: Int] = [:]
        var terms = 0
        var maximumSupport = 0
        for row in kinds.indices {
            counts[kinds[row], default: 0] += 1
            guard kinds[row] == .combine else { continue }
            terms += offsets[row + 1] - offsets[row]
            maximumSupport = max(maximumSupport, offsets[row + 1] - offsets[row])
        }
        let combined = counts[.combine] ?? 0
        return RowPlanSummary(
            rows: rowCount, copied: counts[.copy] ?? 0, anchors: anchors.count, combined: combined,
            sampled: counts[.sample] ?? 0, averaged: counts[.mean] ?? 0, pieced: counts[.pieces] ?? 0,
            meanSupport: combined == 0 ? 0 : Double(terms) / Double(combined),
            maximumSupport: maximumSupport)
    }
}
