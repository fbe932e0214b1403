internal import Checkpoints
internal import Corpus
internal import FocusEngine
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization

extension Specialization {
    /// Compares the methods for this job, which must be one of focus and pieces with a text. Nothing is written but the
    /// report, where the options name one.
    ///
    /// - Throws: `FocusError` where there is no text, or one that cannot be read twice.
    public func compareMethods() throws -> MethodComparison {
        guard let pieces = inputs.pieces, options.chosenMethod == .focusAndPieces, !options.rows.text.isEmpty,
            options.rows.counts == nil
        else {
            throw FocusError("methods are compared on a text, with vectors and pieces: give a corpus")
        }
        let corpus = try Corpus(options.rows.text, textField: options.textField)
        guard corpus.isRereadable else {
            throw FocusError("the text is read twice, to count and to train, so that it must be in regular files")
        }
        let counter = TokenCounter([pieces.tokenizer, inputs.target])
        try stages.measure("count tokens") { monitor in
            try counter.count(corpus, workers: options.workers, monitor: monitor)
        }
        let (before, after) = (counter.counts(0), counter.counts(1))
        let vectors = try auxiliaryVectors()
        let (entries, measured) = try entries(counts: after) { method in
            // Without a run all are compared with the same weights, and with one as they would be written.
            let usual = options.measuredLines == nil ? .frequency : method.usualPieceWeighting
            let weights = pieces.weights(options.pieceWeighting ?? usual, counts: before)
            let description = MethodDescription(
                method: method, temperature: method.usesVectors ? planOptions(for: method).temperature : nil,
                pieceWeights: method.usesPieces ? weights.description : nil, rare: inputs.rare)
            return RowIngredients(
                vectors: vectors, pieceWeights: weights.weights, targetCounts: nil, method: description)
        }
        func perToken(_ counts: [Int]) -> Double {
            Double(counter.characters) / Double(max(1, counts.reduce(0, +)))
        }
        let comparison = MethodComparison(
            entries, tokens: tokens, measured: measured, isCausal: LanguageHead.isCausal(checkpoint),
            charactersBefore: perToken(before), charactersAfter: perToken(after))
        if let path = options.report { try write(comparison, to: path) }
        return comparison
    }

    /// Writes a comparison as its name says, replacing what is there.
    private func write(_ comparison: MethodComparison, to path: FilePath) throws {
        var writing = WriteOptions()
        writing.replacesExisting = true
        guard options.writesPage else { return try JSONFile.write(comparison.json, to: path, options: writing) }
        let page = ComparisonPage(
            comparison: comparison,
            names: (
                options.checkpoint.lastComponent?.string ?? options.checkpoint.string,
                options.tokenizer.lastComponent?.string ?? options.tokenizer.string
            ), settings: options.settings, version: options.version)
        try JSONFile.write(page.bytes, to: path, options: writing)
    }

    private func entries(
        counts: [Int], _ ingredients: (RowMethod) -> RowIngredients
    ) throws -> (entries: [MethodComparison.Entry], measured: ModelMeasurement?) {
        let heldOut = try reconstruct(RowMethod.withoutStates, ingredients(options.chosenMethod))
        var made: [(method: MethodDescription, rows: NewRows)] = []
        for method in options.measuredLines == nil ? RowMethod.withoutStates : measurableMethods {
            let ingredients = ingredients(method)
            do {
                made.append((ingredients.method, try newRows(by: method, from: ingredients)))
            } catch let error as FocusError where method.usesStates {
                options.tell("note: --method \(method.rawValue) cannot be compared: \(error)")
            }
        }
        let measured = try options.measuredLines.map { count in
            try stages.measure("measure the model") { monitor in
                try measure(made.map(\.rows), lines: count, hasCutReference: true, monitor: monitor)
            }
        }
        let entries = made.enumerated().map { index, entry in
            let plan = entry.rows.plan
            return MethodComparison.Entry(
                method: entry.method, summary: plan.summary, meanSupport: plan.meanTermCount,
                heldOut: heldOut[entry.method.method], measured: measured?.values[index],
                shares: plan.shares(of: counts))
        }
        return (entries, measured)
    }
}

extension RowPlan {
    /// How many source rows a sum takes on average, of whatever kind.
    fileprivate var meanTermCount: Double {
        let sums = kinds.indices.filter { kinds[$0].isSum }
        let terms = sums.reduce(0) { $0 + offsets[$1 + 1] - offsets[$1] }
        return sums.isEmpty ? 0 : Double(terms) / Double(sums.count)
    }

    /// The shares of the tokens, which occur so often, that are copied, summed and drawn.
    fileprivate func shares(of counts: [Int]) -> (copied: Double, combined: Double, sampled: Double) {
        var (copied, combined) = (0, 0)
        for (id, count) in counts.enumerated() where kinds.indices.contains(id) {
            if kinds[id] == .copy { copied += count } else if kinds[id].isSum { combined += count }
        }
        let total = Double(max(1, counts.reduce(0, +)))
        return (Double(copied) / total, Double(combined) / total, 1 - Double(copied + combined) / total)
    }
}
