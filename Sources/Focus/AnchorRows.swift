internal import FocusEngine
internal import TensorIO

/// The source rows that a plan combines, as `Float`, gathered once so that combining touches memory only.
struct AnchorRows: RowSource {
    let rowCount: Int
    let width: Int
    private let values: [Float]
    /// Where each source row is in `values`; -1 for rows that no combination uses.
    private let places: [Int32]

    init(of plan: RowPlan, _ rows: TensorRows, slice: Int) throws(FormatError) {
        rowCount = rows.count
        width = rows.width
        var places = [Int32](repeating: -1, count: rows.count)
        for row in 0..<plan.rowCount where plan.kind(of: row).isSum {
            for term in plan.offsets[row]..<plan.offsets[row + 1] { places[Int(plan.columns[term])] = 0 }
        }
        var values: [Float] = []
        var count: Int32 = 0
        for row in places.indices where places[row] == 0 {
            places[row] = count
            count += 1
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
