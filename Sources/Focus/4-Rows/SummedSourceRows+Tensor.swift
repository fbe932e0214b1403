internal import FocusEngine
internal import TensorIO

extension SummedSourceRows {
    /// Gathers the rows `used`, ascending, of a slice.
    init(_ used: [Int], _ rows: TensorRows, slice: Int) throws(FormatError) {
        let type = rows.tensor.elementType
        var row: [UInt8] = []
        row.reserveCapacity(rows.rowByteCount)
        try self.init(used, rowCount: rows.count, width: rows.width) { number, values throws(FormatError) in
            row.removeAll(keepingCapacity: true)
            try rows.read(number..<number + 1, ofSlice: slice) { (bytes: RawSpan) throws(FormatError) in
                unsafe bytes.withUnsafeBytes { unsafe row.append(contentsOf: $0) }
            }
            unsafe ElementConversion.toFloat(row.span.bytes, type, into: &values)
            var isFinite = true
            for index in values.indices where !values[index].isFinite { isFinite = false }
            guard isFinite else {
                throw FormatError(
                    .invalidTensor,
                    "holds NaN or infinities in row \(number), from which new rows would be combined: repair that row first",
                    tensor: rows.tensor.name)
            }
        }
    }
}

extension RowPlan {
    /// The source rows that sums are made of, ascending.
    var summedRows: [Int] {
        var isUsed = [Bool](repeating: false, count: sourceRowCount)
        for row in 0..<rowCount where kind(of: row).isSum {
            for term in offsets[row]..<offsets[row + 1] { isUsed[Int(sourceRows[term])] = true }
        }
        return isUsed.indices.filter { isUsed[$0] }
    }
}
