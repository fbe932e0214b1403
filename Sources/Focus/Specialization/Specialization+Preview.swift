internal import Checkpoints
internal import FocusEngine
internal import TensorIO
internal import Tokenization
internal import Vocabularies

extension Specialization {
    /// What changes, known before anything is computed.
    ///
    /// - Throws: `FocusError` where a file of the result cannot be made as it should be, such as a configuration that
    ///   is not JSON.
    public func preview() throws -> SpecializationPreview {
        try refuseUnsuitableMethod()
        return changes(after: nil, counts: nil)
    }

    /// What changes, as `preview` gives it.
    ///
    /// - Parameters:
    ///   - rows: the rows that were made; nil where none are yet.
    ///   - counts: how often each target token occurs in the text, where that is known.
    func changes(after rows: RowPlan?, counts: [Int]?) -> SpecializationPreview {
        let (plan, overlap) = (output.plan, inputs.overlap)
        return SpecializationPreview(
            checkpoint: options.checkpoint, tokenizer: options.tokenizer, sourceTokens: inputs.source.count,
            targetTokens: inputs.target.vocabulary.count,
            overlap: MatchKind.allCases.map { ("\($0)", overlap.counts[$0] ?? 0) },
            roles: inputs.roleLines, tokens: tokens,
            method: inputs.keptPlan == nil ? methodDescription : nil, uses: expectedUses,
            tensors: plan.tensorChanges(of: nil) + drafts.flatMap { $0.writer.plan.tensorChanges(of: $0.name) },
            untouchedTensors: checkpoint.tensors.count - plan.changedTensors.count - plan.removedTensors.count
                + drafts.reduce(0) { $0 + $1.untouchedTensors },
            config: plan.configChanges + drafts.flatMap(\.configChanges),
            notes: drawnNotes(after: rows, counts: counts) + plan.notes + drafts.flatMap(\.notes)
                + tokens.notes,
            addedFiles: (plan.tokenizerFiles.map(\.name) + plan.changedTokenizerFiles.map(\.name)).sorted(),
            droppedFiles: plan.droppedFiles
                + drafts.flatMap { draft in draft.writer.plan.droppedFiles.map { "\(draft.name)/\($0)" } },
            untouchedFiles: .init(
                count: writers.reduce(0) { $0 + $1.untouchedFiles.count },
                byteCount: writers.reduce(0) { $0 + $1.untouchedByteCount },
                areLinked: plan.isInPlace || options.linksUntouched),
            byteCount: writers.reduce(0) { $0 + $1.plan.byteCount }, files: fileChanges)
    }

    private var fileChanges: FileChanges? {
        guard var all = output.fileChanges() else { return nil }
        for draft in drafts {
            guard let changes = draft.writer.fileChanges(prefix: "\(draft.name)/") else { return nil }
            all.changed += changes.changed
            all.added += changes.added
            all.removed += changes.removed
            all.untouched += changes.untouched
        }
        return all
    }

    /// What writes the checkpoint and its drafts.
    var writers: [CheckpointWriter] { [output] + drafts.map(\.writer) }
}
