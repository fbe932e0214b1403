internal import Checkpoints
internal import Corpus
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
                plan, learnt.rows, table: source.table, method: options.chosenMethod,
                in: AuxiliaryTraining.temporaryFolder,
                workers: options.workers
            ).rows
        }
        var made: [TensorName: MadeRows] = [:]
        for name in try copies(of: source.table.tensor) { made[name] = rows }
        var report = ModelRowsReport()
        if let (bias, values, bytes) = try maskedBiases(of: source, pieces) {
            for name in try copies(of: bias) { made[name] = values }
            report.countedBytes = bytes
        }
        report.trainingPairs = learnt.pairCount
        report.heldOutCosine = learnt.heldOutCosine
        report.statesWeight = options.chosenMethod == .states ? 1 : nil
        return NewRows(plan, made: made, report: report)
    }

    /// The numbers that a tied layer for masked tokens adds to each of them: that of a token's first piece, and the
    /// logarithm of the token's share of it on top; nil where there is no such bias, or no text to count in.
    private func maskedBiases(
        of source: SourceModel, _ pieces: TokenPieces
    ) throws -> (tensor: TensorDescriptor, rows: MadeRows, countedBytes: Int)? {
        guard source.isTied, let bias = source.headBias, !options.rows.text.isEmpty else { return nil }
        let corpus = try options.openText()
        guard corpus.isRereadable, let values = try source.readHeadBias() else { return nil }
        let sample = try stages.measure("look for lines to count in") { monitor in
            try TextSample(of: corpus, monitor: monitor)
        }
        let target = TargetPieces(
            pieces, source: inputs.source, target: inputs.target.vocabulary, inputs.overlap,
            given: inputs.given.ids)
        let shares = try shares(in: sample, target, pieces)
        return (bias, CausalHead.biases(values, shares), sample.counted.reduce(0) { $0 + $1.count })
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
