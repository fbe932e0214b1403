internal import Checkpoints
public import FocusEngine
internal import Replacement
internal import StaticEmbeddings
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

extension Specialization {
    /// The plan for this job: the kept one, or one from ready auxiliary embeddings, or from embeddings trained on the corpus.
    public func makePlan() throws -> RowPlan {
        try keptPlan?.plan ?? makePlan(from: ingredients())
    }

    var planOptions: PlanOptions { planOptions(for: options.method) }

    func planOptions(for method: RowMethod) -> PlanOptions {
        PlanOptions(
            seed: options.seed, temperature: options.temperature ?? method.usualTemperature,
            sourceRowCount: tensors.rows)
    }

    func makePlan(from ingredients: RowIngredients) throws -> RowPlan {
        try makePlan(by: options.method, from: ingredients)
    }

    /// The plan of `method`, which may be another than the options'.
    func makePlan(by method: RowMethod, from ingredients: RowIngredients) throws -> RowPlan {
        let vectors = method.usesVectors ? ingredients.vectors : nil
        let plan =
            try vectors.map { try focusPlan(from: $0, planOptions(for: method)) }
            ?? RowPlan.copying(overlap, options: planOptions(for: method))
        guard let pieces, let weights = ingredients.pieceWeights, method.usesPieces || options.rare == .pieces else {
            return plan.replacingSamples(options.rare) { _ in nil }.matchingNorm(options.matchesNorm)
        }
        return try stages.measure("split tokens") { _ in
            let found = pieces.split(overlap.new)
            func combination(of id: Int) -> WeightedRows? { found[id].flatMap(weights.combination(of:)) }
            var whole = plan
            if method == .focusAndPieces { whole = whole.mixing(combination(of:)) }
            whole = whole.replacingSamples(.pieces, pieces: combination(of:))
            whole = whole.replacingSamples(options.rare == .pieces ? .normal : options.rare) { _ in nil }
            try whole.checkSourceRows(tensors.rows)
            return whole.matchingNorm(options.matchesNorm || method == .focusAndPieces)
        }
    }

    private func focusPlan(from vectors: AuxiliaryVectors, _ planOptions: PlanOptions) throws -> RowPlan {
        guard !vectors.ids.isEmpty else {
            throw FocusError(
                "the auxiliary embeddings have a vector for none of the \(target.vocabulary.count) target tokens, so there is no anchor: are they "
                    + "those of this tokenizer (or words, --auxiliary-level word), and does the corpus repeat its tokens --min-count times?",
                path: options.auxiliary)
        }
        return try stages.measure("similarity and sparsemax") { monitor in
            try RowPlan.make(
                overlap, vectors: vectors, options: planOptions, workers: options.workers, monitor: monitor)
        }
    }

    /// How well the method rebuilds anchors that it does not see.
    func reconstruct(_ ingredients: RowIngredients) throws -> HeldOutReconstruction? {
        try reconstruct([options.method], ingredients)[options.method]
    }

    /// How well each of `methods` rebuilds the same anchors.
    func reconstruct(_ methods: [RowMethod], _ ingredients: RowIngredients) throws -> [RowMethod: HeldOutReconstruction]
    {
        guard let file = checkpoint.tensors.first(where: { $0.tensor.name == tensors.embedding.tensor.name })?.file
        else {
            return [:]
        }
        return try stages.measure("held-out reconstruction") { monitor in
            let rows = try self.rows.rows(of: tensors.embedding, in: file.reader)
            let means = try figures.statistics(of: rows, slice: 0).means
            let source = SliceRows(rows, slice: 0)
            let usesPieces = methods.contains(where: \.usesPieces)
            let anchors = HeldOutAnchors(
                overlap, vectors: ingredients.vectors, seed: options.seed,
                pieces: usesPieces ? { hidden in forcedPieces(of: hidden, ingredients) } : nil)
            var found: [RowMethod: HeldOutReconstruction] = [:]
            for method in methods {
                found[method] = try anchors.reconstruction(
                    by: method, options: planOptions(for: method), source: source, means: means,
                    workers: options.workers, monitor: monitor)
            }
            return found
        }
    }

    /// The pieces that tokens would have if the source had no such token.
    private func forcedPieces(
        of tokens: [(target: Int, source: Int)], _ ingredients: RowIngredients
    ) -> [Int: WeightedRows] {
        guard let pieces, let weights = ingredients.pieceWeights else { return [:] }
        return pieces.split(tokens.map { ($0.target, $0.source) }).compactMapValues(weights.combination(of:))
    }

    func auxiliaryVectors(counting counter: TokenCounter? = nil) throws -> AuxiliaryVectors {
        if let readyVectors { return readyVectors }
        guard !options.corpus.isEmpty else {
            throw FocusError("auxiliary embeddings are needed: give a corpus, ready embeddings, or a kept plan")
        }
        // In extension the text is cut by the language's own tokenizer, as in the reference.
        let words = try AuxiliaryTraining(
            tokenizer: options.extensionTokenizer ?? options.tokenizer, corpus: options.corpus,
            parameters: options.training, cache: options.cache, workers: options.workers,
            trainingThreads: options.trainingThreads
        ).vectors(stages: stages, counting: counter)
        return try AuxiliaryVectors(tokensOf: target.vocabulary, in: words, workers: options.workers)
    }

    /// What changes, without writing anything.
    public func preview() throws -> SpecializationPreview {
        preview(of: try CheckpointLayout(of: self))
    }

    func preview(of layout: CheckpointLayout) -> SpecializationPreview {
        let changes = layout.changedTensors
        return SpecializationPreview(
            checkpoint: options.checkpoint, tokenizer: options.tokenizer, sourceTokens: source.count,
            targetTokens: target.vocabulary.count,
            overlap: MatchKind.allCases.map { ("\($0)", overlap.counts[$0] ?? 0) },
            method: keptPlan == nil ? methodDescription : nil, uses: expectedUses,
            tensors: changes.map {
                .init(
                    name: $0.old.name.description, elementType: $0.old.elementType.rawValue, oldShape: $0.old.shape,
                    newShape: $0.new.shape)
            },
            untouchedTensors: checkpoint.tensors.count - changes.count, config: layout.configChanges,
            notes: layout.notes,
            addedFiles: layout.tokenizerFiles.map(\.name), droppedFiles: layout.droppedFiles,
            byteCount: layout.byteCount)
    }
}
