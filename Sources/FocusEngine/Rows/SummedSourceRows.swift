private import CKernels
internal import Parallel

/// The source rows that a plan sums, gathered once so that summing touches memory only.
package struct SummedSourceRows: RowSource {
    /// The number of rows of the source.
    package let rowCount: Int
    /// The number of elements of a row.
    package let width: Int
    private let values: Aligned<Float>
    /// Where each source row is among those that are here; -1 for one that no sum takes.
    private let places: [Int32]

    /// Gathers the rows `used`, ascending, of a source of `rowCount` rows.
    ///
    /// - Parameter read: writes the elements of a row.
    package init<Failure: Error>(
        _ used: [Int], rowCount: Int, width: Int, read: (Int, inout MutableSpan<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        self.rowCount = rowCount
        self.width = width
        values = Aligned<Float>(room: used.count * width, inLargePages: true)
        var places = [Int32](repeating: -1, count: rowCount)
        for (place, row) in used.enumerated() {
            places[row] = Int32(place)
            var span = unsafe values.span(place * width..<(place + 1) * width).mutableSpan
            try read(row, &span)
        }
        self.places = places
    }

    /// Whether the source row `row` is here.
    package func contains(_ row: Int) -> Bool {
        places[row] >= 0
    }

    /// Lends one row.
    package func withRows(_ rows: Range<Int>, _ body: (Span<Float>) -> Void) {
        precondition(rows.count == 1, "gathered rows are lent one by one")
        let start = Int(places[rows.lowerBound]) * width
        body(unsafe UnsafeBufferPointer(values.span(start..<start + width)).span)
    }

    /// Adds rows to `sums`.
    package func add(_ rows: Span<Int32>, weights: Span<Double>, times factor: Double, to sums: inout [Double]) {
        precondition(sums.count == width && weights.count == rows.count)
        for index in rows.indices { precondition(contains(Int(rows[index])), "row \(rows[index]) was not gathered") }
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe focus_add_rows(
                    &sums, values.buffer.baseAddress, places, rows.baseAddress, weights.baseAddress, factor, rows.count,
                    width)
            }
        }
    }
}
