internal import FocusEngine
package import Parallel
internal import Replacement
package import TensorIO

extension PlanFile {
    /// Makes the rows of a table in memory, as `focus specialize` makes those of a tensor.
    ///
    /// - Parameters:
    ///   - table: the model's rows.
    ///   - rowCount: the rows to make, at least the plan's; those past it are drawn.
    ///   - allRows: whether rows past the source's tokens count in what rows are drawn from, as in the reference.
    ///   - sink: is given the new contents in order, of the type of `table`.
    /// - Throws: `FocusError` where the table is not one of this plan; `FormatError` where rows that are averaged hold
    ///   NaN or infinities, or where `monitor` asks to stop; what `sink` throws.
    package func apply(
        to table: MemoryTable, rowCount: Int, allRows: Bool = false, workers: Workers, monitor: WorkMonitor = .none,
        sink: TensorContents.Sink
    ) throws {
        let (tensor, rows) = (table.tensor, table.tensor.shape[0])
        guard rows > 0, tensor.shape[1] > 0 else {
            throw FocusError("the table is empty: it has \(rows) rows of \(tensor.shape[1])", code: .option)
        }
        guard rowCount >= plan.rowCount else {
            throw FocusError(
                "there is room for \(rowCount) rows, and the plan makes \(plan.rowCount)", code: .option)
        }
        guard rows >= plan.sourceRowCount || rows >= sourceTokens.count else {
            throw FocusError(
                "the table has \(rows) rows, and the plan was made for a source vocabulary of \(sourceTokens.count) "
                    + "tokens: is it another model's?", code: .option)
        }
        if rows < plan.sourceRowCount, let last = plan.sourceRows.max(), last >= rows {
            throw FocusError(
                "the plan takes row \(last) of the source, and the table has \(rows) rows: is it another model's?",
                code: .option)
        }
        let made = self.rows.made[tensor.name]
        if let made, made.width != tensor.shape[1] {
            throw FocusError(
                "the plan has rows of \(made.width) elements for '\(tensor.name)', and the table has "
                    + "\(tensor.shape[1])", code: .option)
        }
        if made == nil, tensor.shape[1] > 1, !self.rows.made.isEmpty {
            let names = self.rows.made.keys.map { "'\($0)'" }.sorted().joined(separator: ", ")
            throw FocusError(
                "the plan has rows that the model itself made for \(names): say which of them the table is",
                code: .option)
        }
        let figures = TensorFigures(
            usedRows: allRows ? rows : min(rows, sourceTokens.count), workers: workers)
        let entry = VocabularyTensors.Entry(tensor: tensor, axis: 0)
        try VocabularyRewriter(plan: plan, rowCount: rowCount, figures: figures, workers: workers, made: made)
            .send(TensorRows(entry, reader: table), monitor: monitor, to: sink)
    }
}
