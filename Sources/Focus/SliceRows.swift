internal import FocusEngine
internal import TensorIO

/// One slice of a vocabulary tensor as rows of `Float`, read and widened as they are asked for.
struct SliceRows: RowSource {
    let rows: TensorRows
    private let slice: Int

    init(_ rows: TensorRows, slice: Int) {
        self.rows = rows
        self.slice = slice
    }

    var rowCount: Int { rows.count }
    var width: Int { rows.width }

    func withRows(_ range: Range<Int>, _ body: (Span<Float>) -> Void) throws(FormatError) {
        var values: [Float] = []
        values.reserveCapacity(range.count * width)
        try rows.read(range, ofSlice: slice) { (bytes: RawSpan) throws(FormatError) in
            ElementConversion.append(bytes, rows.tensor.elementType, to: &values)
        }
        body(values.span)
    }
}
