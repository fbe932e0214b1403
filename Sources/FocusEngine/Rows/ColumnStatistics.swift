private import CKernels
public import Parallel

/// The mean and standard deviation of each column of a source tensor: what rows without anything better are drawn from.
public struct ColumnStatistics: Sendable, Hashable {
    /// The mean of each column.
    public let means: [Double]
    /// The standard deviation of each column, unbiased (over n - 1); 0 where there is only one row.
    public let deviations: [Double]

    /// Makes statistics of known figures.
    public init(means: [Double], deviations: [Double]) {
        precondition(means.count == deviations.count)
        self.means = means
        self.deviations = deviations
    }

    /// Computes the statistics of `source` in double precision, with the same bits on any number of threads.
    ///
    /// Blocks of rows are summed in two passes, and put together in order. (Chan, Golub & LeVeque 1983, formula 2.1)
    ///
    /// - Parameter source: the rows.
    /// - Parameter workers: the threads to use; the result is the same on any number.
    /// - Parameter rows: which rows count; all if nil.
    /// - Throws: what reading `source` throws.
    public init<Source: RowSource>(
        of source: Source, rows: Range<Int>? = nil, workers: Workers = Workers(count: 1)
    ) throws(Source.Failure) {
        let rows = rows ?? 0..<source.rowCount
        let width = source.width
        let size = 512
        let blocks: [Result<Moments, Source.Failure>] = workers.map((rows.count + size - 1) / size) { block in
            let start = rows.lowerBound + block * size
            return Result { () throws(Source.Failure) in
                try Moments(of: source, rows: start..<min(rows.upperBound, start + size))
            }
        }
        var total = Moments(width: width)
        for block in blocks { total.add(try block.get()) }
        means = total.means
        deviations = total.squares.map { total.count > 1 ? ($0 / Double(total.count - 1)).squareRoot() : 0 }
    }

    /// Whether all figures are finite, which they are not if an element of the source is not.
    public var isFinite: Bool {
        means.allSatisfy(\.isFinite) && deviations.allSatisfy(\.isFinite)
    }
}

/// The number, mean and sum of squared deviations of each column of some rows.
private struct Moments: Sendable {
    var count = 0
    var means: [Double]
    var squares: [Double]

    init(width: Int) {
        means = Array(repeating: 0, count: width)
        squares = means
    }

    init<Source: RowSource>(of source: Source, rows: Range<Int>) throws(Source.Failure) {
        let width = source.width
        var means = [Double](repeating: 0, count: width)
        var squares = means
        try source.withRows(rows) { elements in
            precondition(elements.count == rows.count * width)
            unsafe elements.withUnsafeBufferPointer { elements in
                unsafe focus_column_moments(elements.baseAddress, rows.count, width, &means, &squares)
            }
        }
        self.count = rows.count
        self.means = means
        self.squares = squares
    }

    mutating func add(_ other: Moments) {
        let sum = Double(count + other.count)
        for column in means.indices {
            let difference = other.means[column] - means[column]
            means[column] += difference * Double(other.count) / sum
            squares[column] +=
                other.squares[column] + difference * difference * (Double(count) * Double(other.count) / sum)
        }
        count += other.count
    }
}
