internal import Checkpoints
internal import FocusEngine
internal import TensorIO
internal import Tokenization
internal import Transformer

extension Specialization {
    /// The rows of a model that reads texts, by states: those of its table, and of tensors that are copies of it; all
    /// others follow the plan.
    func encoderRows(by plan: RowPlan, _ source: SourceModel, _ pieces: TokenPieces) throws -> NewRows {
        let layers = source.model.description.layerCount
        let learnt = try stateRows(
            of: source, pieces, blocks: PieceStates.encoderBlocks(layerCount: layers), frame: pieces.tokenizer.frame,
            cure: ModelRowsSetup.cure(options, isCausal: false))
        let rows = try stages.measure("make rows of states") { _ in
            try EncoderRows(
                plan, learnt.rows, table: source.table, method: options.chosenMethod, in: AuxiliaryTraining.temporaryFolder,
                workers: options.workers
            ).rows
        }
        var made: [TensorName: MadeRows] = [:]
        for name in try copies(of: source.table.tensor) { made[name] = rows }
        var report = ModelRowsReport()
        report.trainingPairs = learnt.pairCount
        report.heldOutCosine = learnt.heldOutCosine
        return NewRows(plan, made: made, report: report)
    }

    /// The names of the tensors that hold what `table` holds, itself among them.
    private func copies(of table: TensorDescriptor) throws -> [TensorName] {
        guard let place = checkpoint.tensors.first(where: { $0.tensor.name == table.name }) else { return [] }
        return try checkpoint.tensors.compactMap { file, tensor in
            guard tensor.name != table.name else { return tensor.name }
            guard tensors.vocabulary.entry(named: tensor.name) != nil, tensor.shape == table.shape,
                try TensorDifference.between(place.tensor, in: place.file.reader, tensor, in: file.reader) == nil
            else { return nil }
            return tensor.name
        }
    }
}
