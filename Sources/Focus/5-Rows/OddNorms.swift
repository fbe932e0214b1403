/// Rows that stand out by their norms: near zero, or far longer than others. Such rows were hardly trained, or not as
/// others were.
struct OddNorms: Sendable, Hashable {
    /// The rows whose norm is less than a twentieth of the median, ascending.
    private(set) var nearZero: [Int] = []
    /// The rows whose norm is more than five times the median, ascending.
    private(set) var large: [Int] = []

    private static let least: Float = 0.05
    private static let most: Float = 5
    /// The norms of narrower rows vary by chance.
    private static let leastWidth = 8

    /// Finds none.
    init() {}

    /// Looks at the norms of `rows`, which have `width` elements each.
    init(_ norms: [Float], of rows: [Int], width: Int) {
        guard width >= OddNorms.leastWidth else { return }
        let known = rows.filter { norms[$0].isFinite }
        let median = known.map { norms[$0] }.sorted().dropFirst(known.count / 2).first ?? 0
        guard median > 0 else { return }
        nearZero = known.filter { norms[$0] < median * OddNorms.least }
        large = known.filter { norms[$0] > median * OddNorms.most }
    }
}
