internal import Checkpoints
internal import Parallel
internal import TensorIO
internal import Vocabularies

/// Which source tokens lend their rows: not those that have none, nor ordinary ones whose rows were never trained.
struct LendingRows: Sendable {
    /// The overlap in which only tokens that lend their rows count.
    let overlap: Overlap
    /// The source tokens that lend none, as pieces neither.
    let barred: Set<Int>
    /// The rows that were never trained; nil where nobody looked.
    let untrained: UntrainedRows?
    /// What the user should know, a sentence each.
    let notes: [String]

    /// Bars the tokens of `source` that `tensors` have no row for and, where `findsUntrained`, reads the table once to
    /// find rows that were never trained.
    ///
    /// - Parameter whole: the overlap of all tokens.
    /// - Parameter figures: get the table's statistics, which are made in the same reading.
    init(
        of source: Vocabulary, _ whole: Overlap, _ tensors: VocabularyTensors, _ rows: VocabularyRows,
        in checkpoint: Checkpoint, figures: TensorFigures, findsUntrained: Bool, workers: Workers,
        monitor: WorkMonitor
    ) throws {
        let present = whole.barring(tensors.idsWithoutRow, sparesRoles: false)
        guard findsUntrained,
            let file = checkpoint.tensors.first(where: { $0.tensor.name == tensors.embedding.tensor.name })?.file
        else {
            (overlap, barred, untrained, notes) = (present, tensors.idsWithoutRow, nil, tensors.notes)
            return
        }
        let table = try rows.rows(of: tensors.embedding, in: file.reader)
        let untrained = try UntrainedRows(
            in: table, vocabulary: source, figures: figures, workers: workers, monitor: monitor)
        self.untrained = untrained
        let ids = Set(untrained.ids)
        overlap = present.barring(ids, sparesRoles: true)
        barred = tensors.idsWithoutRow.union(ids)
        notes = tensors.notes + (untrained.note(on: source, present).map { [$0] } ?? [])
    }
}
