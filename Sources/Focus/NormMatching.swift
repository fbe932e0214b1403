internal import FocusEngine
internal import TensorIO

/// What sums of rows are multiplied by so that their norm is the mean norm of the anchors' rows in the same tensor.
///
/// A mean of many rows is shorter than they are. A tensor of one number a token has no norm to speak of, and is left alone.
enum NormMatching {
    /// The factor of each target row, 1 for rows that are no sums; nil where nothing is to be multiplied.
    static func scales(of plan: RowPlan, _ rows: TensorRows, workers: Workers) throws(FormatError) -> [Double]? {
        guard rows.width * rows.sliceCount > 1, !plan.anchors.isEmpty, plan.kinds.contains(where: \.isSum) else {
            return nil
        }
        let origins = plan.anchors.compactMap { anchor -> Int? in
            guard case .copy(let source) = plan.entry(Int(anchor)) else { return nil }
            return source
        }
        var anchorSquares = [Double](repeating: 0, count: origins.count)
        var squares = [Double](repeating: 0, count: plan.rowCount)
        let used = plan.summedRows
        for slice in 0..<rows.sliceCount {
            let rows = try rows.sliceCount == 1 ? rows : rows.holding(slice)
            let source = SliceRows(rows, slice: slice)
            for (index, origin) in origins.enumerated() {
                try source.withRows(origin..<origin + 1) { anchorSquares[index] += $0.sumOfSquares }
            }
            let anchors = try AnchorRows(used, rows, slice: slice)
            let parts = workers.map((plan.rowCount + 511) / 512) { part in
                (part * 512..<min(plan.rowCount, part * 512 + 512)).map { row in
                    plan.kind(of: row).isSum ? plan.sumOfSquares(of: row, in: anchors) : 0
                }
            }
            for (row, square) in parts.joined().enumerated() { squares[row] += square }
        }
        let norm = anchorSquares.reduce(0) { $0 + $1.squareRoot() } / Double(origins.count)
        return squares.map { $0 > 0 && norm.isFinite ? norm / $0.squareRoot() : 1 }
    }
}

extension RowPlan {
    /// The squared norm of the sum that is the row `row`.
    fileprivate func sumOfSquares(of row: Int, in source: AnchorRows) -> Double {
        var sums = [Double](repeating: 0, count: source.width)
        for term in offsets[row]..<offsets[row + 1] {
            let weight = weights[term]
            source.withRows(Int(columns[term])..<Int(columns[term]) + 1) { elements in
                for column in sums.indices { sums[column] += weight * Double(elements[column]) }
            }
        }
        return sums.reduce(0) { $0 + $1 * $1 }
    }
}

extension Span<Float> {
    fileprivate var sumOfSquares: Double {
        var sum = 0.0
        for index in indices { sum += Double(self[index]) * Double(self[index]) }
        return sum
    }
}
