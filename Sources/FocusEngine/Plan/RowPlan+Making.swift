public import Parallel
private import Synchronization
public import Vocabularies

extension RowPlan {
    /// Makes the plan of FOCUS (Dobler & de Melo 2023).
    ///
    /// Overlapping tokens are copied. New tokens that have an auxiliary vector are combinations of the rows of the
    /// anchors, which are the overlapping tokens that have one, with the sparsemax of the cosines as weights. Other
    /// new tokens are drawn, and so are rows of ids that have no token.
    ///
    /// - Parameters:
    ///   - overlap: which target tokens the source has.
    ///   - vectors: the auxiliary vectors of target tokens.
    ///   - workers: how many threads; the plan has the same bits on any number.
    ///   - monitor: is told how many of the new tokens are done, and may cancel.
    ///   - options: temperature, seed, and whether to follow the reference.
    /// - Throws: `EngineError` when new tokens have vectors and no overlapping one has, or a source row past
    ///   `options.sourceRowCount` would be copied; `CancellationError`.
    public static func make(
        _ overlap: Overlap, vectors: AuxiliaryVectors, options: PlanOptions = PlanOptions(),
        workers: Workers = Workers(count: 1), monitor: WorkMonitor = .none
    ) throws -> RowPlan {
        try make(overlap, vectors: vectors, options: options, workers: workers, monitor: monitor, tally: nil)
    }

    /// The same, counting what was compared.
    ///
    /// - Throws: as above.
    package static func make(
        _ overlap: Overlap, vectors: AuxiliaryVectors, options: PlanOptions = PlanOptions(), workers: Workers,
        monitor: WorkMonitor = .none, tally: ComparisonTally?
    ) throws -> RowPlan {
        try options.check()
        let roles = FocusRoles(overlap, vectors)
        let combinations = try combinations(roles, vectors, options, workers, monitor, tally: tally)
        let plan = RowPlan(
            overlap, combining: roles.combined.map(\.id), combinations, anchors: roles.anchors.map(\.id),
            seed: options.seed)
        if let rows = options.sourceRowCount { try plan.checkSourceRows(rows) }
        return plan
    }

    /// The combinations for the new tokens.
    static func combinations(
        _ roles: FocusRoles, _ vectors: AuxiliaryVectors, _ options: PlanOptions, _ workers: Workers,
        _ monitor: WorkMonitor, level: Int32? = nil, tally: ComparisonTally? = nil
    ) throws -> Combinations {
        guard !roles.combined.isEmpty else { return Combinations() }
        guard !roles.anchors.isEmpty else {
            throw EngineError(
                .noAnchors,
                "no token that both vocabularies have has an auxiliary vector, so the \(roles.combined.count) new "
                    + "tokens that have one cannot be combined from anything: are the auxiliary vectors those of the "
                    + "target "
                    + "tokenizer, and do the tokenizers share any text?")
        }
        let index = AnchorIndex(
            roles.anchors.map { ($0.vector, $0.source) }, of: vectors, temperature: options.temperature, level: level,
            workers: workers)
        let queries = roles.combined.map(\.vector)
        let order = index.order(of: queries, workers: workers)
        let size = AnchorIndex.tileRowCount
        let completed = Atomic<Int>(0)
        let tiles = workers.map((queries.count + size - 1) / size) { tile -> Combinations in
            guard !monitor.isCancelled else { return Combinations() }
            let (combinations, panels) = index.combinations(forTile: tile, of: queries, in: order)
            tally?.add(computed: panels, of: index.panelCount(forTileOf: combinations.counts.count))
            let done = completed.wrappingAdd(combinations.counts.count, ordering: .relaxed).newValue
            monitor.update(completed: done, total: queries.count)
            return combinations
        }
        try monitor.checkCancellation()
        return Combinations(tiles, order: order.indices)
    }

    /// The plan in which overlapping tokens are copied, the tokens `ids` are the combinations, in order, and all else
    /// is drawn.
    init(_ overlap: Overlap, combining ids: [Int], _ combinations: Combinations, anchors: [Int], seed: UInt64) {
        var kinds = [RowKind](repeating: .sample, count: overlap.rowCount)
        for id in overlap.overlapping { kinds[id] = .copy }
        for id in ids { kinds[id] = .combine }
        let termCount = overlap.overlapping.count + combinations.sourceRows.count
        var offsets = [0]
        var sourceRows: [Int32] = []
        var weights: [Double] = []
        offsets.reserveCapacity(kinds.count + 1)
        sourceRows.reserveCapacity(termCount)
        weights.reserveCapacity(termCount)
        var (combination, start) = (0, 0)
        for (id, kind) in kinds.enumerated() {
            switch kind {
            case .copy:
                sourceRows.append(Int32(overlap.source(of: id) ?? 0))
                weights.append(1)
            case .combine:
                let terms = start..<start + combinations.counts[combination]
                sourceRows.append(contentsOf: combinations.sourceRows[terms])
                weights.append(contentsOf: combinations.weights[terms])
                (combination, start) = (combination + 1, terms.upperBound)
            case .sample, .mean, .pieces, .mix, .prompt, .blend, .given: break
            }
            offsets.append(sourceRows.count)
        }
        self.init(
            kinds: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights,
            anchors: anchors.map { Int32($0) }, seed: seed)
    }
}
