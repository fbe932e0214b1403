extension RowPlan {
    /// Makes a plan of its parts, as read from a file.
    ///
    /// - Throws: `EngineError` unless the offsets ascend from 0 to the number of terms, a copy has one term of weight 1, a
    ///   sum one or more, a sample and the mean none, columns are in `0..<sourceRowCount` and ascend within a row, weights
    ///   are finite, more than 0 and together 1 to within 1e-9, and anchors are rows and ascend.
    public init(
        validating kinds: [RowKind], offsets: [Int], columns: [Int32], weights: [Double], anchors: [Int32],
        seed: UInt64, sourceRowCount: Int, matchesNorm: Bool = false
    ) throws(EngineError) {
        guard offsets.count == kinds.count + 1, offsets[0] == 0, offsets[kinds.count] == columns.count,
            weights.count == columns.count
        else {
            throw RowPlan.invalid(
                "it has \(kinds.count) rows, \(offsets.count) offsets, \(columns.count) columns and \(weights.count) "
                    + "weights, which do not fit together")
        }
        for row in kinds.indices {
            let terms = offsets[row]..<max(offsets[row], offsets[row + 1])
            guard offsets[row] <= offsets[row + 1], terms.upperBound <= columns.count else {
                throw RowPlan.invalid("row \(row) is said to end before it starts")
            }
            let isCountRight =
                switch kinds[row] {
                case .copy: terms.count == 1
                case .combine, .pieces: terms.count >= 1
                case .sample, .mean: terms.isEmpty
                }
            guard isCountRight else {
                throw RowPlan.invalid("row \(row) is a \(kinds[row]) but has \(terms.count) terms")
            }
            try RowPlan.validate(row, columns[terms], weights[terms], sourceRowCount: sourceRowCount)
        }
        guard zip(anchors, anchors.dropFirst()).allSatisfy({ $0 < $1 }),
            anchors.allSatisfy({ kinds.indices.contains(Int($0)) })
        else {
            throw RowPlan.invalid("its anchors are not rows of it in ascending order")
        }
        self.init(
            kinds: kinds, offsets: offsets, columns: columns, weights: weights, anchors: anchors, seed: seed,
            matchesNorm: matchesNorm)
    }

    private static func validate(
        _ row: Int, _ columns: ArraySlice<Int32>, _ weights: ArraySlice<Double>, sourceRowCount: Int
    ) throws(EngineError) {
        var previous: Int32 = -1
        for column in columns {
            guard column >= 0, Int(column) < sourceRowCount else {
                throw invalid("row \(row) reads source row \(column), which is not in 0..<\(sourceRowCount)")
            }
            guard column > previous else {
                throw invalid("row \(row) reads source row \(column) twice, or not in ascending order")
            }
            previous = column
        }
        var sum = 0.0
        for weight in weights {
            guard weight.isFinite, weight > 0 else { throw invalid("row \(row) has a weight of \(weight)") }
            sum += weight
        }
        guard weights.isEmpty || abs(sum - 1) <= 1e-9 else {
            throw invalid("the weights of row \(row) sum to \(sum), not to 1")
        }
    }

    private static func invalid(_ what: String) -> EngineError {
        EngineError(.invalidPlan, "this is no valid plan: \(what); make it again")
    }
}
