internal import Checkpoints
internal import Corpus
internal import FocusEngine
internal import JSON
internal import Parallel
internal import Replacement
internal import Transformer

extension SpecializationOptions {
    /// How the rows of new tokens come about: as asked for, as chosen, or as published.
    var chosenMethod: RowMethod { method ?? choice?.method ?? .focus }

    /// These options with the method that keeps most of `checkpoint`, where none is asked for.
    ///
    /// - Parameter cutsText: whether the source tokenizer can cut text, as far as is known.
    func choosingMethod(for checkpoint: Checkpoint, cutsText: Bool = true) -> SpecializationOptions {
        guard method == nil, rows.plan == nil, !matchesLikeReference else { return self }
        var options = self
        options.choice = MethodChoice(circumstances(of: checkpoint, cutsText: cutsText))
        return options
    }

    private func circumstances(of checkpoint: Checkpoint, cutsText: Bool) -> MethodChoice.Circumstances {
        let isCausal = LanguageHead.isCausal(checkpoint)
        // Counting takes a second look at the text, which a pipe does not give.
        let isCounted = !rows.text.isEmpty && (try? openText().isRereadable) == true
        return .init(
            isCausal: isCausal, obstacle: obstacle(in: checkpoint, isCausal: isCausal), hasText: isCounted,
            hasVectors: rows.vectors != nil || !rows.text.isEmpty, cutsText: cutsText,
            extends: extensionTokenizer != nil)
    }

    /// Why the model of `checkpoint` cannot be run; nil where it can be.
    private func obstacle(in checkpoint: Checkpoint, isCausal: Bool) -> String? {
        guard let config = checkpoint.config else { return "there is no config.json" }
        do throws(TransformerError) {
            let model = try TransformerModel(
                config: config.root, tensors: checkpoint.tensors.map { ($0.file.reader, $0.tensor) }, workers: workers)
            return isCausal && !model.hasHead ? "it has no output layer" : nil
        } catch {
            return error.description
        }
    }
}

extension Specialization {
    /// Makes the rows. Where the method was chosen here and there is too little for the model to learn from, they are
    /// those of the method that is chosen without the model.
    ///
    /// - Returns: the job by whose method they were made, what they were made of, and the rows.
    func makeRows() throws -> (job: Specialization, ingredients: RowIngredients?, rows: NewRows) {
        let ingredients = try inputs.keptPlan == nil ? ingredients() : nil
        do {
            return (self, ingredients, try makeRows(by: ingredients.map(makePlan(from:)) ?? makePlan()))
        } catch let error as FocusError {
            guard let choice = options.choice, let ingredients, error.isAboutTooLittle else { throw error }
            var job = self
            job.options.choice = choice.withoutStates(because: error.message)
            job.modelRows = nil
            let settled = RowIngredients(
                vectors: ingredients.vectors, pieceWeights: ingredients.pieceWeights,
                targetCounts: ingredients.targetCounts, method: job.methodDescription)
            return (job, settled, try job.makeRows(by: job.makePlan(from: settled)))
        }
    }
}

extension FocusError {
    /// Whether it follows from too few tokens or states to learn from, or from states that are not finite.
    fileprivate var isAboutTooLittle: Bool {
        switch cause {
        case let error as EngineError: [.tooFewPairs, .tooFewStates, .notFinite].contains(error.code)
        case let error as FocusError: error.isAboutTooLittle
        default: false
        }
    }
}
