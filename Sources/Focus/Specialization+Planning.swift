public import FocusEngine
internal import StaticEmbeddings
internal import SystemPackage
internal import TensorIO
internal import Tokenization

extension Specialization {
    /// The plan for this job: the kept one, or one from ready auxiliary embeddings, or from embeddings trained on the corpus.
    public func makePlan() throws -> RowPlan {
        try keptPlan?.plan ?? makePlan(from: auxiliaryVectors())
    }

    private var planOptions: PlanOptions {
        PlanOptions(seed: options.seed, temperature: options.temperature, sourceRowCount: tensors.rows)
    }

    func makePlan(from vectors: AuxiliaryVectors) throws -> RowPlan {
        guard !vectors.ids.isEmpty else {
            throw FocusError(
                "the auxiliary embeddings have a vector for none of the \(target.vocabulary.count) target tokens, so there is no anchor: are they "
                    + "those of this tokenizer (or words, --auxiliary-level word), and does the corpus repeat its tokens --min-count times?",
                path: options.auxiliary)
        }
        return try stages.measure("similarity and sparsemax") { monitor in
            let plan = try RowPlan.make(
                overlap, vectors: vectors, options: planOptions, workers: options.workers, monitor: monitor)
            return try reachingRareRows(plan).matchingNorm(options.matchesNorm)
        }
    }

    /// How well the method rebuilds anchors that it does not see.
    func reconstruct(_ vectors: AuxiliaryVectors) throws -> HeldOutReconstruction? {
        guard let file = checkpoint.tensors.first(where: { $0.tensor.name == tensors.embedding.tensor.name })?.file
        else {
            return nil
        }
        return try stages.measure("held-out reconstruction") { monitor in
            let rows = try self.rows.rows(of: tensors.embedding, in: file.reader)
            let means = try figures.statistics(of: rows, slice: 0).means
            return try HeldOutReconstruction.measure(
                overlap, vectors: vectors, options: planOptions, source: SliceRows(rows, slice: 0), means: means,
                workers: options.workers, monitor: monitor)
        }
    }

    func auxiliaryVectors() throws -> AuxiliaryVectors {
        if let readyVectors { return readyVectors }
        guard !options.corpus.isEmpty else {
            throw FocusError("auxiliary embeddings are needed: give a corpus, ready embeddings, or a kept plan")
        }
        // In extension the text is cut by the language's own tokenizer, as in the reference.
        let words = try AuxiliaryTraining(
            tokenizer: options.extensionTokenizer ?? options.tokenizer, corpus: options.corpus,
            parameters: options.training, cache: options.cache, workers: options.workers,
            trainingThreads: options.trainingThreads
        ).vectors(stages: stages)
        return try AuxiliaryVectors(tokensOf: target.vocabulary, in: words)
    }

    /// What changes, without writing anything.
    public func preview() throws -> SpecializationPreview {
        let layout = try CheckpointLayout(of: self)
        let changes = layout.changedTensors
        return SpecializationPreview(
            checkpoint: options.checkpoint, tokenizer: options.tokenizer, sourceTokens: source.count,
            targetTokens: target.vocabulary.count,
            overlap: MatchKind.allCases.map { ("\($0)", overlap.counts[$0] ?? 0) },
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
