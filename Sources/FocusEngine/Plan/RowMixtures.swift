/// One of the combinations of source rows that together make a mixed row.
public struct RowPart: Sendable, Hashable {
    /// How it came about: one of the kinds that are sums of source rows and no mixtures.
    public let kind: RowKind
    /// Its share; those of a row sum to 1.
    public let weight: Double
    /// Where its terms are among those of the plan.
    public let terms: Range<Int>

    /// Makes a part.
    public init(kind: RowKind, weight: Double, terms: Range<Int>) {
        self.kind = kind
        self.weight = weight
        self.terms = terms
    }
}

/// The parts of the mixed rows of a plan.
///
/// A mixed row is the sum of its parts, each brought to length 1, by their shares, and brought to the mean norm of
/// the anchors in the same tensor. In a tensor of one number a token it is the mean of its parts by their shares.
public struct RowMixtures: Sendable, Hashable {
    /// Where the parts of each target row start in `parts`; one more than there are rows, or none where no row is
    /// mixed.
    public let offsets: [Int]
    /// The parts, row after row.
    public let parts: [RowPart]

    /// Makes a table of parts.
    public init(offsets: [Int] = [], parts: [RowPart] = []) {
        self.offsets = offsets
        self.parts = parts
    }

    /// Whether no row is mixed.
    public var isEmpty: Bool { parts.isEmpty }

    /// Which parts are those of the target row `row`.
    public func range(of row: Int) -> Range<Int> {
        isEmpty ? 0..<0 : offsets[row]..<offsets[row + 1]
    }

    /// The parts of the target row `row`; none where it is not mixed.
    public subscript(row: Int) -> ArraySlice<RowPart> {
        parts[range(of: row)]
    }
}

/// What the sums of a plan are multiplied by in one tensor.
public struct RowScales: Sendable, Hashable {
    /// The factor of each target row that is a single sum; nil to leave them as they are.
    public let rows: [Double]?
    /// The factor of each part of the mixed rows, its share included.
    public let parts: [Double]

    /// Makes factors.
    public init(rows: [Double]?, parts: [Double] = []) {
        self.rows = rows
        self.parts = parts
    }
}
