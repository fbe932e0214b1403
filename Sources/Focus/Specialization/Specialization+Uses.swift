internal import FocusEngine
internal import Tokenization
internal import Vocabularies

extension Specialization {
    /// What the rows are made of, as far as it is known before anything is trained: each use with the number of its
    /// rows.
    var expectedUses: [SpecializationPreview.Use] {
        let (overlap, target) = (inputs.overlap, inputs.target)
        if let plan = inputs.keptPlan?.plan { return plan.summary.uses }
        let prompted = Set(inputs.promptRows.map(\.row))
        let given = inputs.given.ids
        let apart = prompted.union(given)
        let copied = overlap.overlapping.count { !apart.contains($0) }
        let rows = target.vocabulary.rowCount
        let rare = inputs.rare == .mean ? "the mean" : "drawn"
        let vectors = inputs.vectors.map { Set($0.ids) }
        let found = inputs.pieces?.split(overlap.new) ?? [:]
        var counts: [(use: String, count: Int)] = [
            ("copied", copied), ("prompts", prompted.subtracting(given).count), ("as given", given.count),
        ]
        func count(_ use: String, _ isUsed: (Int) -> Bool) {
            counts.append((use, overlap.new.count { !apart.contains($0) && isUsed($0) }))
        }
        func hasPieces(_ id: Int) -> Bool { found[id] != nil }
        let (method, others) = (options.chosenMethod.rawValue, options.chosenMethod.withoutVectors.rawValue)
        switch (options.chosenMethod, vectors) {
        case (.pieces, _), (.states, _), (.piecesAndStates, _): count(method, hasPieces)
        case (.focus, let vectors?):
            count("focus") { vectors.contains($0) }
            count("pieces") { hasPieces($0) && !vectors.contains($0) }
        case (_, let vectors?):
            count(method) { vectors.contains($0) && hasPieces($0) }
            count("focus") { vectors.contains($0) && !hasPieces($0) }
            count(others) { !vectors.contains($0) && hasPieces($0) }
        case (_, nil):
            count("\(method) where the text shows the token, else \(others)", hasPieces)
            count("focus where the text shows the token, else \(rare)") { !hasPieces($0) }
        }
        counts.append((rare, rows - counts.reduce(0) { $0 + $1.count }))
        return counts.filter { $0.count > 0 }.map { .init(name: $0.use, count: $0.count) }
    }
}

extension RowPlanSummary {
    /// What the rows are made of, each use with the number of its rows.
    var uses: [SpecializationPreview.Use] {
        [
            ("copied", copied), ("focus+pieces", mixed), ("focus+uniform-pieces", blended), ("focus", combined),
            ("pieces", pieced),
            ("prompts", prompts), ("as given", given),
            ("the mean", averaged),
            ("drawn", sampled),
        ].filter { $0.1 > 0 }.map { .init(name: $0.0, count: $0.1) }
    }
}
