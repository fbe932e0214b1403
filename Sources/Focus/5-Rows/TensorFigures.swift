internal import FocusEngine
internal import Parallel
internal import Synchronization
internal import TensorIO

/// The column statistics of vocabulary tensors, each computed once.
final class TensorFigures: Sendable {
    private struct Key: Hashable {
        let tensor: TensorName
        let slice: Int
    }

    private let known = Mutex<[Key: ColumnStatistics]>([:])
    /// The rows that count: those that have a token.
    let usedRows: Int
    private let workers: Workers
    /// Rows past those that count are read in blocks of so many.
    private static let blockRows = 512

    /// Makes figures over the first `usedRows` rows of each tensor: those that have a token.
    init(usedRows: Int, workers: Workers) {
        self.usedRows = usedRows
        self.workers = workers
    }

    /// The statistics of `slice` of `rows`, computed here and now on one thread; the same bits as those that are kept.
    func freshStatistics(of rows: TensorRows, slice: Int) throws(FormatError) -> ColumnStatistics {
        try ColumnStatistics(of: SliceRows(rows, slice: slice), rows: 0..<min(usedRows, rows.count))
    }

    /// The statistics of `slice` of `rows`, where they are known already.
    func knownStatistics(of rows: TensorRows, slice: Int) -> ColumnStatistics? {
        known.withLock { $0[Key(tensor: rows.tensor.name, slice: slice)] }
    }

    /// Computes the statistics of `rows`, which have one slice, and marks all rows in the same reading.
    func marking(_ rows: TensorRows, monitor: WorkMonitor) throws(FormatError) -> MarkedRows {
        let marked = MarkedRows(SliceRows(rows, slice: 0), monitor: monitor)
        let used = min(usedRows, rows.count)
        let figures = try ColumnStatistics(of: marked, rows: 0..<used, workers: workers)
        known.withLock { $0[Key(tensor: rows.tensor.name, slice: 0)] = figures }
        for start in stride(from: used, to: rows.count, by: TensorFigures.blockRows) {
            try marked.withRows(start..<min(start + TensorFigures.blockRows, rows.count)) { _ in }
        }
        return marked
    }

    /// The statistics of `slice` of `rows`.
    func statistics(of rows: TensorRows, slice: Int) throws(FormatError) -> ColumnStatistics {
        let key = Key(tensor: rows.tensor.name, slice: slice)
        // Who asks while the figures are being computed waits for them.
        return try known.withLock { known throws(FormatError) in
            if let figures = known[key] { return figures }
            let figures = try ColumnStatistics(
                of: SliceRows(rows, slice: slice), rows: 0..<min(usedRows, rows.count), workers: workers)
            known[key] = figures
            return figures
        }
    }
}
