internal import Checkpoints
internal import Corpus
internal import FocusEngine
internal import Tokenization
internal import Vocabularies

extension Specialization {
    /// What to know where many rows are random numbers, so that a run that ends well is no success.
    ///
    /// - Parameters:
    ///   - plan: the rows that were made; nil where none are yet, and only what is known of them counts.
    ///   - counts: how often each target token occurs in the text, where that is known.
    func drawnNotes(after plan: RowPlan?, counts: [Int]?) -> [String] {
        let rows = inputs.target.vocabulary.rowCount
        let count = plan?.summary.sampled ?? expectedUses.first { $0.name == "drawn" }?.count ?? 0
        // In the reference's ways rows are drawn as published, and nobody who asks for them is surprised.
        guard !options.matchesLikeReference, count * 10 > rows else { return [] }
        let share = plan.flatMap { drawnShare(of: $0, counts) }.map { " (\($0) % of the text's tokens)" } ?? ""
        return [
            "\(count) of \(rows) rows\(share) are drawn at random, \(reasonForDrawing): "
                + "\(cures.joined(separator: ", "))"
        ]
    }

    private var reasonForDrawing: String {
        if options.chosenMethod == .pieces || inputs.rare == .pieces {
            return "because their tokens have no known pieces either"
        }
        return options.rows.vectors == nil
            ? "because the text does not show their tokens often enough"
            : "because the auxiliary embeddings have no vector for their tokens"
    }

    private var cures: [String] {
        var cures: [String] = []
        if case .vectors(_, level: .tokens, text: _) = options.rows, options.chosenMethod.usesVectors {
            cures.append("--auxiliary-level word where the vectors are those of words")
        }
        if inputs.rare != .pieces { cures.append("--rare pieces") }
        if !options.chosenMethod.usesPieces { cures.append("--method focus+pieces") }
        cures.append(options.rows.text.isEmpty ? "a text with --corpus" : "more text")
        return cures
    }

    /// The share of the text's tokens whose rows are drawn, in whole per cent; nil where nobody has counted them and
    /// there is no text to be read once more.
    private func drawnShare(of plan: RowPlan, _ counts: [Int]?) -> Int? {
        guard let counts = counts ?? recounted() else { return nil }
        let drawn = plan.kinds.indices.reduce(0) { sum, id in
            plan.kinds[id] == .sample && id < counts.count ? sum + counts[id] : sum
        }
        return drawn * 100 / max(1, counts.reduce(0, +))
    }

    private func recounted() -> [Int]? {
        guard options.rows.counts == nil,
            let corpus = try? Corpus(options.rows.text, textField: options.textField), let size = corpus.byteCount,
            size <= Self.largestRecount
        else {
            return nil
        }
        let counter = TokenCounter([inputs.target])
        do {
            try stages.measure("count drawn tokens") { monitor in
                try counter.count(corpus, workers: options.workers, monitor: monitor)
            }
        } catch {
            // A figure that is missing is no reason to lose a result.
            return nil
        }
        return counter.counts(0)
    }

    /// A text of more bytes than this is not read once more for a note.
    private static var largestRecount: Int { 1 << 28 }
}
