internal import Checkpoints
internal import Corpus
internal import FocusEngine
internal import Replacement
internal import StaticEmbeddings
internal import Tokenization

extension Specialization {
    /// What pieces weigh, before the text is read.
    var methodDescription: MethodDescription {
        describe(counts: options.rows.text.isEmpty ? nil : [])
    }

    private func describe(counts: [Int]?) -> MethodDescription {
        MethodDescription(
            method: options.chosenMethod, temperature: options.chosenMethod.usesVectors ? planOptions.temperature : nil,
            pieceWeights: inputs.copiesAll
                ? nil : inputs.pieces.map { $0.weights(weighting, counts: counts).description }, rare: inputs.rare,
            head: modelRows?.rowHead, reason: options.choice?.reason)
    }

    private var weighting: PieceWeighting {
        options.pieceWeighting ?? options.chosenMethod.usualPieceWeighting
    }

    /// Reads and trains what the plan is made of; the text is read once.
    func ingredients() throws -> RowIngredients {
        // Where all rows are copied, no text has anything to say.
        guard !inputs.copiesAll else {
            return RowIngredients(vectors: nil, pieceWeights: nil, targetCounts: nil, method: methodDescription)
        }
        if let file = try options.countedText() { return try ingredients(from: file) }
        let counter = inputs.pieces.flatMap { pieces in
            weighting == .frequency && !options.rows.text.isEmpty ? TokenCounter([pieces.tokenizer]) : nil
        }
        // In extension the text is cut into tokens of another tokenizer.
        let uses = options.extensionTokenizer == nil ? TokenCounter([inputs.givenTarget]) : nil
        let vectors = try options.chosenMethod.usesVectors ? auxiliaryVectors(counting: counter, uses: uses) : nil
        var counts: [Int]?
        if let counter {
            if counter.characters == 0 {
                try stages.measure("count source tokens") { monitor in
                    let text = try Corpus(options.rows.text, textField: options.textField)
                    try counter.count(text, workers: options.workers, monitor: monitor)
                }
            }
            counts = counter.counts(0)
        }
        return RowIngredients(
            vectors: vectors, pieceWeights: inputs.pieces.map { $0.weights(weighting, counts: counts).weights },
            targetCounts: uses.map { $0.counts(0) }.flatMap { $0.contains { $0 > 0 } ? $0 : nil },
            method: describe(counts: counts))
    }

    /// The same of a text that was counted beforehand.
    private func ingredients(from file: CountsFile) throws -> RowIngredients {
        try stages.measure("check counts") { try file.verify(monitor: $0) }
        let isWeighed = inputs.pieces != nil && weighting == .frequency
        let counts = isWeighed ? try file.sourceCounts() : nil
        return RowIngredients(
            vectors: try options.chosenMethod.usesVectors ? auxiliaryVectors() : nil,
            pieceWeights: inputs.pieces.map { $0.weights(weighting, counts: counts).weights },
            targetCounts: options.extensionTokenizer == nil ? try file.targetCounts() : nil,
            method: describe(counts: counts))
    }

    func auxiliaryVectors(
        counting counter: TokenCounter? = nil, uses: TokenCounter? = nil
    ) throws -> AuxiliaryVectors {
        if let vectors = inputs.vectors { return vectors }
        guard let training = options.rows.training, !options.rows.text.isEmpty else {
            throw FocusError("auxiliary embeddings are needed: give a corpus, ready embeddings, or a kept plan")
        }
        // In extension the text is cut by the language's own tokenizer, as in the reference.
        let isOwn = options.extensionTokenizer == nil
        return try AuxiliaryTraining(
            tokenizer: options.extensionTokenizer.map { try Tokenizer.load($0) } ?? inputs.givenTarget,
            at: options.cuttingTokenizer, text: options.trainingText(), training: training, workers: options.workers
        ).vectors(
            of: inputs.givenTarget.vocabulary, isOwn: isOwn, stages: stages, counting: counter, uses: uses,
            tell: options.tell)
    }
}
