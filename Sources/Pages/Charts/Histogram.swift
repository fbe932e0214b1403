/// How often values are how large: values in bins of one width, with those beyond either end in the outermost.
public struct Histogram: Sendable, Equatable {
    /// The values in each bin.
    public let counts: [Int]
    /// Where the first bin starts.
    public let lower: Double
    /// Where the last bin ends.
    public let upper: Double
    /// The middle one of the values; 0 where there are none.
    public let median: Double
    /// The number of values.
    public let total: Int

    /// The bins of a histogram.
    public static var binCount: Int { 48 }

    /// Sorts `values` into bins between `range`'s ends; numbers that are not finite are left out.
    public init(_ values: [Double], in range: ClosedRange<Double>, bins: Int = Histogram.binCount) {
        lower = range.lowerBound
        upper = range.upperBound
        let sorted = values.filter(\.isFinite).sorted()
        total = sorted.count
        median = sorted.isEmpty ? 0 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        var counts = [Int](repeating: 0, count: bins)
        let width = (upper - lower) / Double(bins)
        for value in sorted {
            let bin = width > 0 ? Int(min(max((value - lower) / width, 0), Double(bins - 1))) : 0
            counts[bin] += 1
        }
        self.counts = counts
    }

    /// A range that has all but the one in a thousand smallest and largest of some values.
    public static func range(of values: [Double]) -> ClosedRange<Double> {
        let sorted = values.filter(\.isFinite).sorted()
        guard let first = sorted.first, let last = sorted.last else { return 0...1 }
        let rest = sorted.count / 1000
        let (lower, upper) = (sorted[rest], sorted[sorted.count - 1 - rest])
        guard upper > lower else { return first...max(last, first + 1) }
        return lower...upper
    }
}
