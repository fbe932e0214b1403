private import CKernels
public import Parallel

/// The logarithms of sums of exponentials of rows that arrive some columns at a time.
///
/// Exponentials are computed in single precision and added in double, each divided by that of the row's largest value
/// so far.
public struct ExponentialSums: Sendable {
    private var rows: [(largest: Float, sum: Double)]

    /// Makes sums of nothing.
    public init(rows: Int) {
        self.rows = Array(repeating: (-.infinity, 0), count: rows)
    }

    /// Adds columns; there must be as many rows.
    public mutating func add(_ values: FloatMatrix, workers: Workers) {
        precondition(values.rows == rows.count, "there are \(values.rows) rows, and sums of \(rows.count)")
        let (size, before) = (64, rows)
        let parts = workers.map((values.rows + size - 1) / size) { part in
            (part * size..<min(values.rows, (part + 1) * size)).map { row in
                var (largest, sum) = before[row]
                unsafe values.values.withUnsafeBufferPointer { numbers in
                    guard let start = numbers.baseAddress else { return }
                    unsafe focus_add_exponentials(start + row * values.columns, values.columns, &largest, &sum)
                }
                return (largest, sum)
            }
        }
        rows = Array(parts.joined())
    }

    /// The logarithm of the sum of each row; NaN where a value was none, or infinite.
    public var logarithms: [Double] {
        rows.map { focus_logarithm($0.sum) + Double($0.largest) }
    }
}
