/// Where a target row comes from.
public enum RowKind: UInt8, Sendable, Hashable, CaseIterable {
    /// It is a source row.
    case copy
    /// It is a weighted mean of source rows.
    case combine
    /// It is drawn from the normal distribution of the source's columns.
    case sample
    /// It is the mean of the source's rows.
    case mean
    /// It is the mean of the rows of the source tokens into which its text splits.
    case pieces
    /// It is several sums of source rows, mixed.
    case mix
    /// It is the plain mean of the rows of the source tokens into which a prompt, or a word of it, splits.
    case prompt
    /// It is the plain mean of a weighted mean of source rows and the mean of the rows of its pieces.
    case blend
    /// It is what the user says it is: a source row, or the plain mean of several.
    case given

    /// Whether rows of this kind are sums of source rows.
    public var isSum: Bool { isSingleSum || self == .mix }

    /// Whether rows of this kind are one sum of source rows.
    public var isSingleSum: Bool {
        self == .combine || self == .pieces || self == .prompt || self == .blend
            || self == .given
    }
}

/// How each target row is made of source rows: a sparse matrix, with a kind for each row.
///
/// The plan knows no tensor; one plan is applied to every tensor that has a row a token.
public struct RowPlan: Sendable {
    /// Where each target row comes from.
    public let kinds: [RowKind]
    /// Where the terms of each target row start in `sourceRows` and `weights`; `rowCount + 1` numbers, from 0.
    public let offsets: [Int]
    /// The source rows: one of a copy, one or more of a sum, ascending; none of a sample or the mean; of a mixed row
    /// those of its parts.
    public let sourceRows: [Int32]
    /// The weights of the source rows, more than 0 and together 1 within each row, or part of a mixed one, that has
    /// any.
    public let weights: [Double]
    /// The parts of the mixed rows.
    public let mixtures: RowMixtures
    /// The target ids of the anchors, ascending.
    public let anchors: [Int32]
    /// The seed of the rows that are drawn.
    public let seed: UInt64
    /// Whether sums of source rows are to be brought to the mean norm of the anchors.
    public let matchesNorm: Bool

    init(
        kinds: [RowKind], offsets: [Int], sourceRows: [Int32], weights: [Double], mixtures: RowMixtures = RowMixtures(),
        anchors: [Int32], seed: UInt64, matchesNorm: Bool = false
    ) {
        self.kinds = kinds
        self.offsets = offsets
        self.sourceRows = sourceRows
        self.weights = weights
        self.mixtures = mixtures
        self.anchors = anchors
        self.seed = seed
        self.matchesNorm = matchesNorm
    }

    /// The number of target rows.
    public var rowCount: Int { kinds.count }

    /// One more than the highest source row that is read; 0 where none is.
    public var sourceRowCount: Int {
        sourceRows.max().map { Int($0) + 1 } ?? 0
    }

    /// One row of a plan.
    public enum Entry: Sendable, Hashable {
        /// The row is that source row.
        case copy(source: Int)
        /// The row is the sum of those source rows times their weights.
        case combination(sourceRows: ArraySlice<Int32>, weights: ArraySlice<Double>)
        /// The row is those sums of source rows, mixed.
        case mixture(ArraySlice<RowPart>)
        /// The row is drawn.
        case sample
        /// The row is the mean of the source's rows.
        case mean
    }

    /// Where the target row `row` comes from.
    public func entry(_ row: Int) -> Entry {
        let terms = offsets[row]..<offsets[row + 1]
        return switch kinds[row] {
        case .copy: .copy(source: Int(sourceRows[terms.lowerBound]))
        case .combine, .pieces, .prompt, .blend, .given:
            .combination(sourceRows: sourceRows[terms], weights: weights[terms])
        case .mix: .mixture(mixtures[row])
        case .sample: .sample
        case .mean: .mean
        }
    }

    /// The source row that the target row `row` is; nil where it is none.
    package func copiedRow(_ row: Int) -> Int? {
        let isCopied = kinds[row] == .copy || kinds[row] == .given && offsets[row + 1] - offsets[row] == 1
        return isCopied ? Int(sourceRows[offsets[row]]) : nil
    }

    /// What kind of row `row` is.
    public func kind(of row: Int) -> RowKind {
        kinds[row]
    }

    /// Throws unless every source row that is read is one of `rows`.
    ///
    /// - Throws: `EngineError` with the row that is missing.
    public func checkSourceRows(_ rows: Int) throws(EngineError) {
        let needed = sourceRowCount
        guard needed <= rows else {
            throw EngineError(
                .sourceTooShort,
                "the plan reads source row \(needed - 1), but the source has \(rows) rows: it was made for another "
                    + "checkpoint"
            )
        }
    }
}
