/// What rows that are drawn are drawn from, for one tensor.
public struct RowSampler: Sendable, Hashable {
    /// Where the numbers come from.
    public let normal: SeededNormal
    /// The distribution of each column.
    public let statistics: ColumnStatistics

    /// Makes the sampler of a tensor.
    public init(_ normal: SeededNormal, _ statistics: ColumnStatistics) {
        self.normal = normal
        self.statistics = statistics
    }
}
