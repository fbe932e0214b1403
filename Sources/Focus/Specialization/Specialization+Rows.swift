internal import Checkpoints
public import FocusEngine
public import Parallel
public import TensorIO

extension Specialization {
    /// The tensors that follow the vocabulary, as `plan` makes them: for those who keep tensors elsewhere than in a
    /// checkpoint's files.
    ///
    /// Nothing is written. Rows are made, block by block on the options' threads, when `contents` are asked for them.
    ///
    /// - Returns: the tensors with their new shapes, and their contents.
    /// - Throws: `FormatError` where a tensor would be too large.
    public func newTensors(
        by plan: RowPlan, monitor: WorkMonitor = .none
    ) throws(FormatError) -> (tensors: [TensorDescriptor], contents: TensorContents) {
        try newTensors(by: NewRows(plan), monitor: monitor)
    }

    /// The same with `rows`, those that a model's states made among them.
    ///
    /// - Throws: `FormatError` where a tensor would be too large.
    public func newTensors(
        by rows: NewRows, monitor: WorkMonitor = .none
    ) throws(FormatError) -> (tensors: [TensorDescriptor], contents: TensorContents) {
        let (all, contents) = try tensors.of(checkpoint.files, by: rows, monitor: monitor)
        let wanted = self.tensors.vocabularyNames.union(output.plan.addedTensors.map(\.name))
        return (
            all.filter { wanted.contains($0.name) || tensors.draft?.holds($0.name) == true }, contents
        )
    }
}
