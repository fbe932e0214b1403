private import CKernels
package import Parallel

/// The source rows that a plan sums, gathered once so that summing touches memory only.
@safe package struct SummedSourceRows: RowSource {
    /// The number of rows of the source.
    package let rowCount: Int
    /// The number of elements of a row.
    package let width: Int
    /// The lowest gathered row that holds NaN or infinities.
    package let firstNonFiniteRow: Int?
    /// The rows that were gathered, or all rows where they are lent.
    private let values: SharedPointer<UnsafePointer<Float>>
    /// What keeps gathered rows alive.
    private let gathered: Aligned<Float>?
    /// For each source row its index among the gathered ones; -1 where no sum takes it.
    private let indices: [Int32]

    /// Gathers the rows `used`, which must ascend, of `source`; `workers` share the reading.
    ///
    /// - Throws: what reading the rows throws.
    package init<Source: RowSource>(
        _ used: [Int], of source: Source, workers: Workers
    ) throws(Source.Failure) {
        let width = source.width
        let values = Aligned<Float>(room: used.count * width, inLargePages: true)
        let isFinite = try source.map(used, workers: workers) { index, row in
            let target = unsafe values.span(index * width..<(index + 1) * width)
            return unsafe row.withUnsafeBufferPointer { row in
                _ = unsafe target.update(from: row)
                return unsafe row.allSatisfy(\.isFinite)
            }
        }
        var indices = [Int32](repeating: -1, count: source.rowCount)
        for (index, row) in used.enumerated() { indices[row] = Int32(index) }
        rowCount = source.rowCount
        firstNonFiniteRow = isFinite.firstIndex(of: false).map { used[$0] }
        self.width = width
        gathered = values
        unsafe self.values = SharedPointer(UnsafePointer(values.start))
        self.indices = indices
    }

    /// Takes the rows `used`, which must ascend, from where they are: `rows` holds all of the source's, and must for as
    /// long as this is used.
    package init(_ used: [Int], lent rows: UnsafeBufferPointer<Float>, width: Int, workers: Workers) {
        precondition(width > 0 && rows.count.isMultiple(of: width))
        let count = rows.count / width
        let lent = unsafe SharedPointer(rows)
        let size = 256
        let isFinite = workers.map((used.count + size - 1) / size) { block in
            used[block * size..<min(used.count, (block + 1) * size)].map { row in
                unsafe lent.pointer[row * width..<(row + 1) * width].allSatisfy(\.isFinite)
            }
        }.flatMap { $0 }
        var indices = [Int32](repeating: -1, count: count)
        for row in used { indices[row] = Int32(row) }
        rowCount = count
        self.width = width
        firstNonFiniteRow = isFinite.firstIndex(of: false).map { used[$0] }
        gathered = nil
        unsafe values = SharedPointer(rows.baseAddress!)
        self.indices = indices
    }

    /// Whether the source row `row` is here.
    package func contains(_ row: Int) -> Bool {
        indices[row] >= 0
    }

    /// Lends one row.
    package func withRows(_ rows: Range<Int>, _ body: (Span<Float>) -> Void) {
        precondition(rows.count == 1, "gathered rows are lent one by one")
        let start = Int(indices[rows.lowerBound]) * width
        body(unsafe UnsafeBufferPointer(start: values.pointer + start, count: width).span)
    }

    /// Adds rows to `sums`.
    package func add(_ rows: Span<Int32>, weights: Span<Double>, times factor: Double, to sums: inout [Double]) {
        precondition(sums.count == width && weights.count == rows.count)
        for index in rows.indices { precondition(contains(Int(rows[index])), "row \(rows[index]) was not gathered") }
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe focus_add_rows(
                    &sums, values.pointer, indices, rows.baseAddress, weights.baseAddress, factor,
                    rows.count, width)
            }
        }
    }
}
