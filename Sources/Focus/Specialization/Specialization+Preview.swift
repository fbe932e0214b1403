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
            roles: inputs.roleLines, method: inputs.keptPlan == nil ? methodDescription : nil, uses: expectedUses,
            tensors: plan.changedTensors.map {
                .init(
                    name: $0.old.name.description, elementType: $0.old.elementType.rawValue, oldShape: $0.old.shape,
                    newShape: $0.new.shape)
            }
                + plan.addedTensors.map {
                    .init(
                        name: $0.name.description, elementType: $0.elementType.rawValue, oldShape: [],
                        newShape: $0.shape
                    )
                },
            untouchedTensors: checkpoint.tensors.count - plan.changedTensors.count, config: plan.configChanges,
            notes: drawnNotes(after: rows, counts: counts) + plan.notes,
            addedFiles: (plan.tokenizerFiles.map(\.name) + plan.changedTokenizerFiles.map(\.name)).sorted(),
            droppedFiles: plan.droppedFiles,
            untouchedFiles: .init(
                count: output.untouchedFiles.count, byteCount: output.untouchedByteCount,
                areLinked: plan.isInPlace || options.linksUntouched),
            byteCount: plan.byteCount)
    }
}
