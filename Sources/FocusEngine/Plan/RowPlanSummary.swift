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
    /// How many are mixed of a combination and the rows of their pieces.
    public let mixed: Int
    /// How many are the mean of the rows of the source's pieces of a prompt.
    public let prompts: Int
    /// How many are the plain mean of a combination and the rows of their pieces.
    public let blended: Int
    /// How many are what the user says.
    public let given: Int
    /// How many anchors a combination, that of a mixed row included, takes on average; 0 where there is none.
    public let meanSupport: Double
    /// How many anchors a combination takes at most.
    public let maximumSupport: Int
}

extension RowPlan {
    /// The plan in figures.
    public var summary: RowPlanSummary {
        var counts: [RowKind: Int] = [:]
        var terms = 0
        var maximumSupport = 0
        var combinations = 0
        for row in kinds.indices {
            counts[kinds[row], default: 0] += 1
            let support =
                switch kinds[row] {
                case .combine: offsets[row + 1] - offsets[row]
                case .mix: mixtures[row].reduce(0) { $0 + ($1.kind == .combine ? $1.terms.count : 0) }
                default: 0
                }
            guard support > 0 else { continue }
            terms += support
            maximumSupport = max(maximumSupport, support)
            combinations += 1
        }
        return RowPlanSummary(
            rows: rowCount, copied: counts[.copy] ?? 0, anchors: anchors.count, combined: counts[.combine] ?? 0,
            sampled: counts[.sample] ?? 0, averaged: counts[.mean] ?? 0, pieced: counts[.pieces] ?? 0,
            mixed: counts[.mix] ?? 0, prompts: counts[.prompt] ?? 0, blended: counts[.blend] ?? 0,
            given: counts[.given] ?? 0,
            meanSupport: combinations == 0 ? 0 : Double(terms) / Double(combinations),
            maximumSupport: maximumSupport)
    }
}
