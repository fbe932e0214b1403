internal import FocusEngine
internal import Parallel
internal import TensorIO

extension SummedSourceRows {
    /// Gathers the rows `used`, ascending, of a slice; `workers` share the reading.
    ///
    /// - Throws: `FormatError` where a row cannot be read, or holds NaN or infinities.
    init(_ used: [Int], _ rows: TensorRows, slice: Int, workers: Workers) throws(FormatError) {
        if let floats = unsafe (rows.reader as? MemoryTable)?.floats {
            unsafe self.init(used, lent: floats, width: rows.width, workers: workers)
        } else {
            try self.init(used, of: SliceRows(rows, slice: slice), workers: workers)
        }
        if let firstNonFiniteRow {
            throw FormatError(
                .invalidTensor,
                "holds NaN or infinities in row \(firstNonFiniteRow), from which new rows would be combined: "
                    + "repair that row first",
                tensor: rows.tensor.name)
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
