internal import Checkpoints
internal import Corpus
internal import FocusEngine
internal import Matrices
internal import Parallel
internal import Replacement
internal import TensorIO
internal import Tokenization
internal import Transformer
internal import Vocabularies

extension Specialization {
    /// The rows of a causal model: input rows by plan, by states or as the mean of both, and an output layer by first
    /// pieces and shares.
    func causalRows(by plan: RowPlan, _ setup: ModelRowsSetup) throws -> NewRows {
        let pieces = TargetPieces(
            setup.pieces, source: inputs.source, target: inputs.target.vocabulary, inputs.overlap,
            given: inputs.given.ids)
        var report = ModelRowsReport()
        report.head = setup.rowHead
        let sample =
            try options.rows.text.isEmpty
            ? nil
            : stages.measure("look for lines to read") { monitor in
                try TextSample(of: options.openText(), monitor: monitor)
            }
        let plan = try sample.map { try choosingStart(plan, setup, $0.read, &report) } ?? plan
        let input = try inputRows(by: plan, pieces, setup, &report)
        guard setup.rowHead == .share, let sample else {
            let made = try stages.measure("make rows of states") { monitor in
                try tensorsMade(nil, input, setup, monitor: monitor)
            }
            return NewRows(plan, made: made, report: report)
        }
        let shares = try shares(in: sample, pieces, setup.pieces)
        report.countedBytes = sample.counted.reduce(0) { $0 + $1.count }
        let states = try headStates(in: sample, pieces, setup, &report)
        let head = try stages.measure("learn how the output layer is read") { _ in
            try causalHead(shares, pieces, states, setup)
        }
        let made = try stages.measure("make rows of states") { monitor in
            var made = try tensorsMade(head, input, setup, monitor: monitor)
            if let bias = setup.source.headBias, let values = try setup.source.readHeadBias() {
                made[bias.name] = CausalHead.biases(values, shares)
            }
            return made
        }
        return NewRows(plan, made: made, shares: shares, report: report)
    }

    /// Counts the tokens of both tokenizers in the same text.
    func shares(in sample: TextSample, _ pieces: TargetPieces, _ source: TokenPieces) throws -> TokenShares {
        let counter = TokenCounter([source.tokenizer, inputs.target])
        try stages.measure("count tokens for shares") { monitor in
            try counter.count(sample.counted, workers: options.workers, monitor: monitor)
        }
        return TokenShares(
            firstPieces: pieces.first, targetCounts: counter.counts(1), sourceCounts: counter.counts(0))
    }

    /// Lets the model read lines of the text, cut where the target tokenizer cuts them.
    private func headStates(
        in sample: TextSample, _ pieces: TargetPieces, _ setup: ModelRowsSetup, _ report: inout ModelRowsReport
    ) throws -> HeadStates {
        let start = setup.start
        if let start { report.start = inputs.source.text(of: start)?.description }
        let positions = try TextPositions(
            in: sample.read, target: inputs.target, pieces, start: start,
            longest: setup.source.model.description.maximumPositions)
        report.positions = positions.count
        return try stages.measure("read text with the model") { monitor in
            do {
                return try HeadStates(
                    at: positions, of: setup.source, room: StateRoom(folder: AuxiliaryTraining.temporaryFolder),
                    monitor: monitor)
            } catch let error as TransformerError {
                throw FocusError("\(error): \(ModelRowsSetup.cure(options))", path: checkpoint.folder, cause: error)
            }
        }
    }

    private func causalHead(
        _ shares: TokenShares, _ pieces: TargetPieces, _ states: HeadStates, _ setup: ModelRowsSetup
    ) throws(FocusError) -> CausalHead {
        do throws(EngineError) {
            return try CausalHead(
                shares, setup.source.head ?? setup.source.table, newIDs: pieces.newIDs, states,
                hasBias: setup.source.headBias != nil, workers: options.workers)
        } catch {
            throw FocusError(
                "\(error): \(ModelRowsSetup.cure(options))", path: options.rows.text.first, cause: error)
        }
    }

    /// The rows of the table: where the method uses states, what is learnt from them alone, or the mean of that and the
    /// plan's.
    private func inputRows(
        by plan: RowPlan, _ pieces: TargetPieces, _ setup: ModelRowsSetup, _ report: inout ModelRowsReport
    ) throws -> InputRows {
        let rows = try rows(of: tensors.vocabulary.embedding)
        let planned = try PlannedRows(plan, rows, figures: tensors.figures, workers: options.workers)
        guard options.chosenMethod.usesStates else {
            return InputRows(
                planned: planned, states: nil, weight: 0, replaced: pieces.plainCounterparts,
                table: setup.source.table, workers: options.workers)
        }
        let learnt = try stateRows(
            of: setup.source, setup.pieces,
            blocks: PieceStates.decoderBlocks(layerCount: setup.source.model.description.layerCount),
            frame: (before: setup.start.map { [Int32($0)] } ?? [], after: []), most: Specialization.causalPairs,
            cure: ModelRowsSetup.cure(options))
        report.trainingPairs = learnt.pairCount
        report.heldOutCosine = learnt.heldOutCosine
        let weight: Float = options.chosenMethod == .states ? 1 : 0.5
        report.statesWeight = Double(weight)
        return InputRows(
            planned: planned, states: learnt.rows, weight: weight,
            replaced: pieces.plainCounterparts, table: setup.source.table, workers: options.workers)
    }

    /// As many tokens of both vocabularies are enough to learn rows from.
    private static var causalPairs: Int { 6000 }

    /// The rows of a tensor that follows the vocabulary.
    func rows(of entry: VocabularyTensors.Entry) throws -> TensorRows {
        guard let file = checkpoint.tensors.first(where: { $0.tensor.name == entry.tensor.name })?.file else {
            throw FocusError("'\(entry.tensor.name)' is not there any more", path: checkpoint.folder)
        }
        return try tensors.rows.rows(of: entry, in: file.reader)
    }

    /// The rows of all tensors that do not follow the plan.
    private func tensorsMade(
        _ head: CausalHead?, _ input: InputRows, _ setup: ModelRowsSetup, monitor: WorkMonitor
    ) throws -> [TensorName: MadeRows] {
        let table = tensors.vocabulary.embedding.tensor.name
        func make(
            _ ids: [Int32], _ rows: @escaping @Sendable (ArraySlice<Int32>) throws -> FloatMatrix
        ) throws -> MadeRows {
            try MadeRows(ids: ids, width: setup.source.table.width, in: AuxiliaryTraining.temporaryFolder) { range in
                try monitor.checkCancellation()
                monitor.update(completed: range.upperBound, total: ids.count)
                return try rows(ids[range]).values
            }
        }
        var made: [TensorName: MadeRows] = [:]
        let inputIDs = input.changedIDs
        if !inputIDs.isEmpty { made[table] = try make(inputIDs) { try input.values(of: $0) } }
        guard let head else {
            // An output layer that goes with the table has the same rows.
            if setup.head.isTied, let rows = made[table] {
                for name in [tensors.untiedHead?.name, setup.head.stored?.tensor.name].compactMap(\.self) {
                    made[name] = rows
                }
            }
            return made
        }
        if setup.head.isTied, tensors.untiedHead == nil {
            made[table] = try make(head.changedIDs) { try head.tiedRows(of: $0, input) }
            if let copy = setup.head.stored { made[copy.tensor.name] = made[table] }
        } else if let name = tensors.untiedHead?.name ?? setup.head.stored?.tensor.name {
            made[name] = try make(head.changedIDs) { try head.rows(of: $0) }
        }
        return made
    }
}
