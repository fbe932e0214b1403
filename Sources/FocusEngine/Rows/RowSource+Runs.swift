package import Parallel

extension RowSource {
    /// What `transform` makes of each of `rows`, in order.
    ///
    /// Rows that are near each other are read together, and `workers` share the reading.
    ///
    /// - Parameters:
    ///   - rows: which rows; they must ascend.
    ///   - transform: takes the index of a row in `rows`, and its elements; from any thread.
    /// - Throws: what reading the rows throws.
    package func map<Value: Sendable>(
        _ rows: [Int], workers: Workers, _ transform: @Sendable (_ index: Int, _ row: Span<Float>) -> Value
    ) throws(Failure) -> [Value] {
        let (runs, width) = (RowRuns.cut(rows, rowByteCount: width * 4), width)
        let outcomes = workers.map(runs.count) { run -> Result<[Value], Failure> in
            let indices = runs[run]
            let first = rows[indices.lowerBound]
            var values: [Value] = []
            do throws(Failure) {
                try withRows(first..<rows[indices.upperBound - 1] + 1) { elements in
                    for index in indices {
                        let start = (rows[index] - first) * width
                        values.append(transform(index, elements.extracting(start..<start + width)))
                    }
                }
                return .success(values)
            } catch {
                return .failure(error)
            }
        }
        var values: [Value] = []
        values.reserveCapacity(rows.count)
        for outcome in outcomes { values += try outcome.get() }
        return values
    }
}

/// Rows that are read together because they are near each other.
enum RowRuns {
    /// From the first to the last row of a run there are no more bytes than this, unless it is one row.
    private static let longestRun = 256 << 10
    /// Reading this many bytes that nobody needs takes less time than another call.
    private static let longestGap = 4 << 10

    /// Cuts ascending rows into runs, each a range of indices.
    static func cut(_ rows: [Int], rowByteCount: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        for index in rows.indices.dropFirst() {
            let gap = (rows[index] - rows[index - 1] - 1) * rowByteCount
            let length = (rows[index] - rows[start] + 1) * rowByteCount
            if gap > longestGap || length > longestRun {
                runs.append(start..<index)
                start = index
            }
        }
        if start < rows.count { runs.append(start..<rows.count) }
        return runs
    }
}
