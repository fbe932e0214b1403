public import FocusEngine
package import TensorIO

/// The rows of a checkpoint for another vocabulary: how they are made of the source's, and those that a model's states
/// made, tensor by tensor.
public struct NewRows: Sendable {
    /// Where rows come from that were not made of states.
    public let plan: RowPlan
    /// The rows that do not follow the plan, by the name of their tensor.
    package let made: [TensorName: MadeRows]

    /// Makes rows that follow `plan`, but for those that were made.
    package init(_ plan: RowPlan, made: [TensorName: MadeRows] = [:]) {
        self.plan = plan
        self.made = made
    }
}
