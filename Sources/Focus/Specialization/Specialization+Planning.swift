internal import Checkpoints
public import FocusEngine
internal import Replacement
internal import Tokenization
internal import Vocabularies

extension Specialization {
    /// The plan for this job: the kept one, or one from ready auxiliary embeddings, or from embeddings trained on the
    /// corpus.
    ///
    /// - Throws: `CancellationError`; `FocusError` where there is nothing to make rows of; what is wrong with the
    ///   corpus.
    public func makePlan() throws -> RowPlan {
        try refuseUnsuitableMethod()
        return try inputs.keptPlan?.plan ?? makePlan(from: ingredients())
    }

    /// The rows of this job with the tokens that they speak of, as `savedPlan` would keep them; writes nothing.
    ///
    /// - Throws: as `run`.
    package func makePlanFile() throws -> PlanFile {
        try refuseUnsuitableMethod()
        let (_, ingredients, rows) = try makeRows()
        return planFile(of: rows, ingredients)
    }

    func planFile(of rows: NewRows, _ ingredients: RowIngredients?) -> PlanFile {
        PlanFile(
            rows, untiedHead: tensors.untiedHead?.name, source: inputs.source, target: inputs.target.vocabulary,
            metadata: ingredients?.method.metadata ?? inputs.keptPlan?.metadata ?? [:])
    }

    var planOptions: PlanOptions { planOptions(for: options.chosenMethod) }

    func planOptions(for method: RowMethod) -> PlanOptions {
        PlanOptions(
            seed: options.seed, temperature: options.temperature ?? method.usualTemperature,
            sourceRowCount: tensors.vocabulary.rows)
    }

    func makePlan(from ingredients: RowIngredients) throws -> RowPlan {
        try makePlan(by: options.chosenMethod, from: ingredients)
    }

    /// The plan of `method`, which may be another than the options'.
    func makePlan(by method: RowMethod, from ingredients: RowIngredients) throws -> RowPlan {
        try makeUsualPlan(by: method, from: ingredients).replacing(inputs.promptRows)
            .replacing(inputs.given.rows, as: .given)
    }

    private func makeUsualPlan(by method: RowMethod, from ingredients: RowIngredients) throws -> RowPlan {
        let vectors = method.usesVectors ? ingredients.vectors : nil
        let plan =
            try vectors.map { try focusPlan(from: $0, planOptions(for: method)) }
            ?? RowPlan.copying(inputs.overlap, options: planOptions(for: method))
        let usesPieces = method.usesPieces || inputs.rare == .pieces
        guard usesPieces, let pieces = inputs.pieces, let weights = ingredients.pieceWeights else {
            return plan.replacingSamples(inputs.rare) { _ in nil }.matchingNorm(options.matchesNorm)
        }
        return try stages.measure("split tokens") { _ in
            let found = pieces.split(inputs.overlap.new)
            func combination(of id: Int) -> WeightedRows? { found[id].flatMap(weights.combination(of:)) }
            var whole = plan
            if method == .focusAndPieces || method == .focusPiecesAndStates { whole = whole.mixing(combination(of:)) }
            if method == .focusAndUniformPieces { whole = whole.blending(combination(of:)) }
            whole = whole.replacingSamples(.pieces, pieces: combination(of:))
            whole = whole.replacingSamples(inputs.rare == .pieces ? .normal : inputs.rare) { _ in nil }
            try whole.checkSourceRows(tensors.vocabulary.rows)
            return whole.matchingNorm(options.matchesNorm || method.mixesUnitRows)
        }
    }

    private func focusPlan(from vectors: AuxiliaryVectors, _ planOptions: PlanOptions) throws -> RowPlan {
        guard !vectors.ids.isEmpty else {
            throw FocusError(
                "the auxiliary embeddings have a vector for none of the \(inputs.target.vocabulary.count) target "
                    + "tokens, "
                    + "so there is no anchor: are they those of this tokenizer (or words, --auxiliary-level word), "
                    + "and does the corpus repeat its tokens --min-count times?",
                path: options.rows.vectors)
        }
        return try stages.measure("similarity and sparsemax") { monitor in
            try RowPlan.make(
                inputs.overlap, vectors: vectors, options: planOptions, workers: options.workers, monitor: monitor)
        }
    }
}
