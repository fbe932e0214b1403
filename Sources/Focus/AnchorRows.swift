internal import FocusEngine
internal import TensorIO

/// The source rows that a plan combines, as `Float`, gathered once so that combining touches memory only.
struct AnchorRows: RowSource {
    let rowCount: Int
    let width: Int
    private let values: [Float]
    /// Where each source row is in `values`; -1 for rows that no combination uses.
    private let places: [Int32]

    /// Gathers the rows `used`, ascending, of a slice.
    init(_ used: [Int], _ rows: TensorRows, slice: Int) throws(FormatError) {
        rowCount = rows.count
        width = rows.width
        var places = [Int32](repeating: -1, count: rows.count)
        var values: [Float] = []
        values.reserveCapacity(used.count * rows.width)
        for (place, row) in used.enumerated() {
            places[row] = Int32(place)
            let start = values.count
            try rows.read(row..<row + 1, ofSlice: slice) { (bytes: RawSpan) throws(FormatError) in
                ElementConversion.append(bytes, rows.tensor.elementType, to: &values)
            }
            guard values[start...].allSatisfy(\.isFinite) else {
                throw FormatError(
                    .invalidTensor,
                    "holds NaN or infinities in row \(row), from which new rows would be combined: repair that row first",
                    tensor: rows.tensor.name)
            }
        }
        self.values = values
        self.places = places
    }

    func withRows(_ rows: Range<Int>, _ body: (Span<Float>) -> Void) {
        precondition(rows.count == 1, "gathered rows are lent one by one")
        let start = Int(places[rows.lowerBound]) * width
        body(values.span.extracting(start..<start + width))
    }
}

extension RowPlan {
    /// The source rows that sums are made of, ascending.
    var summedRows: [Int] {
        var isUsed = [Bool](repeating: false, count: sourceRowCount)
        for row in 0..<rowCount where kind(of: row).isSum {
            for term in offsets[row]..<offsets[row + 1] { isUsed[Int(columns[term])] = true }
        }
        return isUsed.indices.filter { isUsed[$0] }
    }
}
