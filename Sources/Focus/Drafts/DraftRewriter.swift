internal import FocusEngine
internal import Parallel
internal import TensorIO

/// Makes the contents of a draft's tensors: its maps, and the rows of its head.
struct DraftRewriter: Sendable {
    let draft: DraftTensors
    private let vocabulary: DraftVocabulary
    private let rewriter: VocabularyRewriter
    private let rows: VocabularyRows

    /// Chooses the tokens of `draft` where the model's rows are `new`.
    ///
    /// - Parameters:
    ///   - rows: those of the checkpoint's tensors.
    ///   - figures: those of the checkpoint's tensors.
    init(
        _ draft: DraftTensors, by new: NewRows, rows: VocabularyRows, figures: TensorFigures, workers: Workers
    ) {
        self.draft = draft
        self.rows = rows
        vocabulary = draft.vocabulary(by: new)
        rewriter = VocabularyRewriter(
            plan: draft.plan(of: vocabulary, by: new), rowCount: draft.size, figures: figures, workers: workers)
    }

    /// Sends the new contents of `original`, one of the draft's tensors that `reader` has, to `sink`.
    ///
    /// - Throws: `FormatError` where rows cannot be read, or hold NaN or infinities.
    func send(
        _ original: TensorDescriptor, from reader: any TensorReader, monitor: WorkMonitor, to sink: TensorContents.Sink
    ) throws(FormatError) {
        guard try !draft.sendMap(original, vocabulary, to: sink) else { return }
        let entry = VocabularyTensors.Entry(tensor: original, axis: 0)
        try rewriter.send(rows.rows(of: entry, in: reader), monitor: monitor, to: sink)
    }
}
