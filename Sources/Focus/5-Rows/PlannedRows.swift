internal import FocusEngine
internal import Matrices
internal import Parallel
internal import TensorIO

/// The rows that a plan makes of one table, as floats, some at a time.
struct PlannedRows: Sendable {
    private let plan: RowPlan
    private let source: GatheredOrRead
    private let sampler: RowSampler?
    private let scales: RowScales?

    /// Gathers what the rows are made of.
    ///
    /// - Parameters:
    ///   - rows: the table, of one slice.
    ///   - figures: those of the checkpoint's tensors.
    /// - Throws: `FormatError` where a row cannot be read, or holds NaN or infinities.
    init(_ plan: RowPlan, _ rows: TensorRows, figures: TensorFigures, workers: Workers) throws(FormatError) {
        let plan = plan.limited(to: rows.count)
        self.plan = plan
        let gathered = try SummedSourceRows(plan.summedRows, rows, slice: 0, workers: workers)
        source = GatheredOrRead(gathered: gathered, others: SliceRows(rows, slice: 0))
        scales = try NormMatching.scales(of: plan, rows, gathered: gathered, workers: workers)
        let draws = plan.kinds.contains { $0 == .sample || $0 == .mean }
        sampler =
            draws
            ? try RowSampler(seed: plan.seed, figures.statistics(of: rows, slice: 0), of: rows.tensor) : nil
    }

    /// The target rows `ids`.
    ///
    /// - Throws: `FormatError` where a row cannot be read.
    func values(of ids: ArraySlice<Int32>, workers: Workers) throws(FormatError) -> FloatMatrix {
        let ids = Array(ids)
        let width = source.width
        let size = 64
        let parts = workers.map((ids.count + size - 1) / size) { part in
            Result { () throws(FormatError) in
                var values: [Float] = []
                for id in ids[part * size..<min(ids.count, (part + 1) * size)] {
                    var row = [Float](repeating: 0, count: width)
                    var span = row.mutableSpan
                    try plan.apply(
                        to: source, sampling: sampler, scales: scales, rows: Int(id)..<Int(id) + 1, into: &span)
                    values += row
                }
                return values
            }
        }
        var values: [Float] = []
        values.reserveCapacity(ids.count * width)
        for part in parts { values += try part.get() }
        return FloatMatrix(rows: ids.count, columns: width, values: values)
    }
}

/// Rows of which some were gathered, and the others are read.
private struct GatheredOrRead: RowSource {
    let gathered: SummedSourceRows
    let others: SliceRows

    var rowCount: Int { others.rowCount }
    var width: Int { others.width }

    func withRows(_ range: Range<Int>, _ body: (Span<Float>) -> Void) throws(FormatError) {
        if range.count == 1, gathered.contains(range.lowerBound) { return gathered.withRows(range, body) }
        try others.withRows(range, body)
    }

    func add(
        _ rows: Span<Int32>, weights: Span<Double>, times factor: Double, to sums: inout [Double]
    ) throws(FormatError) {
        gathered.add(rows, weights: weights, times: factor, to: &sums)
    }
}
