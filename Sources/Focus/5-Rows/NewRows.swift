public import FocusEngine
package import TensorIO

/// The rows of a checkpoint for another vocabulary: how they are made of the source's, and those that a model's states
/// made, tensor by tensor.
public struct NewRows: Sendable {
    /// Where rows come from that were not made of states.
    public let plan: RowPlan
    /// What the model read for them; nil where it read nothing.
    public let report: ModelRowsReport?
    /// The rows that do not follow the plan, by the name of their tensor.
    package let made: [TensorName: MadeRows]
    /// The first pieces and shares that rows of the output layer are made of; nil where they are not.
    package let shares: TokenShares?

    /// How often each target token occurs in the text; nil where it was not counted.
    package var targetCounts: [Int]?

    /// Makes rows that follow `plan`, but for those that were made.
    package init(
        _ plan: RowPlan, made: [TensorName: MadeRows] = [:], shares: TokenShares? = nil, report: ModelRowsReport? = nil
    ) {
        self.plan = plan
        self.made = made
        self.shares = shares
        self.report = report
    }

    /// The same with other rows that were made.
    package func with(_ made: [TensorName: MadeRows]) -> NewRows {
        var rows = NewRows(plan, made: made, shares: shares, report: report)
        rows.targetCounts = targetCounts
        return rows
    }
}
