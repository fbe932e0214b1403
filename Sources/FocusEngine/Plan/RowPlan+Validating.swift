extension RowPlan {
    /// Makes a plan of its parts, as read from a file.
    ///
    /// - Throws: `EngineError` unless the offsets ascend from 0 to the number of terms, a copy has one term of weight
    ///   1, a sum one or more, a sample and the mean none, a mixed row, and no other, two or more parts with shares
    ///   that have all its terms, source rows are in `0..<sourceRowCount` and ascend within a row or part, weights
    ///   and shares are finite, more than 0 and together 1 to within 1e-9, and anchors are rows and ascend.
    public init(
        validating kinds: [RowKind], offsets: [Int], sourceRows: [Int32], weights: [Double],
        mixtures: RowMixtures = RowMixtures(), anchors: [Int32], seed: UInt64, sourceRowCount: Int,
        matchesNorm: Bool = false
    ) throws(EngineError) {
        guard offsets.count == kinds.count + 1, offsets[0] == 0, offsets[kinds.count] == sourceRows.count,
            weights.count == sourceRows.count
        else {
            throw RowPlan.invalid(
                "it has \(kinds.count) rows, \(offsets.count) offsets, \(sourceRows.count) source rows and "
                    + "\(weights.count) weights, which do not fit together")
        }
        try RowPlan.validate(mixtures, rowCount: kinds.count)
        for row in kinds.indices {
            let terms = offsets[row]..<max(offsets[row], offsets[row + 1])
            guard offsets[row] <= offsets[row + 1], terms.upperBound <= sourceRows.count else {
                throw RowPlan.invalid("row \(row) is said to end before it starts")
            }
            let isCountRight =
                switch kinds[row] {
                case .copy: terms.count == 1
                case .combine, .pieces, .mix, .prompt, .blend, .given: terms.count >= 1
                case .sample, .mean: terms.isEmpty
                }
            guard isCountRight else {
                throw RowPlan.invalid("row \(row) is a \(kinds[row]) but has \(terms.count) terms")
            }
            let parts = mixtures[row]
            guard parts.isEmpty == (kinds[row] != .mix) else {
                throw RowPlan.invalid("row \(row) is a \(kinds[row]) with \(parts.count) parts")
            }
            guard !parts.isEmpty else {
                try RowPlan.validate(row, sourceRows[terms], weights[terms], sourceRowCount: sourceRowCount)
                continue
            }
            try RowPlan.validate(parts, of: row, terms)
            for part in parts {
                try RowPlan.validate(row, sourceRows[part.terms], weights[part.terms], sourceRowCount: sourceRowCount)
            }
        }
        guard zip(anchors, anchors.dropFirst()).allSatisfy({ $0 < $1 }),
            anchors.allSatisfy({ kinds.indices.contains(Int($0)) })
        else {
            throw RowPlan.invalid("its anchors are not rows of it in ascending order")
        }
        self.init(
            kinds: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights, mixtures: mixtures,
            anchors: anchors,
            seed: seed, matchesNorm: matchesNorm)
    }

    private static func validate(
        _ row: Int, _ sourceRows: ArraySlice<Int32>, _ weights: ArraySlice<Double>, sourceRowCount: Int
    ) throws(EngineError) {
        var previous: Int32 = -1
        for source in sourceRows {
            guard source >= 0, Int(source) < sourceRowCount else {
                throw invalid("row \(row) reads source row \(source), which is not in 0..<\(sourceRowCount)")
            }
            guard source > previous else {
                throw invalid("row \(row) reads source row \(source) twice, or not in ascending order")
            }
            previous = source
        }
        try validate(weights, of: row)
    }

    private static func validate(_ weights: some Collection<Double>, of row: Int) throws(EngineError) {
        var sum = 0.0
        for weight in weights {
            guard weight.isFinite, weight > 0 else { throw invalid("row \(row) has a weight of \(weight)") }
            sum += weight
        }
        guard weights.isEmpty || abs(sum - 1) <= 1e-9 else {
            throw invalid("the weights of row \(row) sum to \(sum), not to 1")
        }
    }

    private static func validate(_ mixtures: RowMixtures, rowCount: Int) throws(EngineError) {
        guard !mixtures.isEmpty else {
            guard mixtures.offsets.isEmpty else { throw invalid("it has offsets of parts, and no parts") }
            return
        }
        let offsets = mixtures.offsets
        guard offsets.count == rowCount + 1, offsets[0] == 0, offsets[rowCount] == mixtures.parts.count,
            zip(offsets, offsets.dropFirst()).allSatisfy(<=)
        else {
            throw invalid("the offsets of its \(mixtures.parts.count) parts do not fit its \(rowCount) rows")
        }
    }

    private static func validate(
        _ parts: ArraySlice<RowPart>, of row: Int, _ terms: Range<Int>
    ) throws(EngineError) {
        var end = terms.lowerBound
        for part in parts {
            guard part.kind == .combine || part.kind == .pieces, part.terms.lowerBound == end, !part.terms.isEmpty,
                part.terms.upperBound <= terms.upperBound
            else {
                throw invalid("the parts of row \(row) are not sums, one after the other")
            }
            end = part.terms.upperBound
        }
        guard parts.count >= 2, end == terms.upperBound else {
            throw invalid("the parts of row \(row) are not all of it")
        }
        try validate(parts.map(\.weight), of: row)
    }

    private static func invalid(_ what: String) -> EngineError {
        EngineError(.invalidPlan, "this is no valid plan: \(what); make it again")
    }
}
