internal import FocusEngine
internal import Parallel
internal import TensorIO

/// What sums of rows are multiplied by so that their norm is the mean norm of the anchors' rows in the same tensor.
///
/// A mean of many rows is shorter than they are, and the parts of a mixture must be of one length first. A tensor of
/// one number a token has no norm to speak of, and is left alone. Of the tensor's contents, only the rows that sums
/// are made of are in memory, and runs of anchors' rows.
enum NormMatching {
    /// Whether sums are multiplied at all in a tensor.
    static func applies(to rows: TensorRows, _ plan: RowPlan) -> Bool {
        rows.width * rows.sliceCount > 1 && !plan.anchors.isEmpty
            && (plan.matchesNorm && plan.kinds.contains(where: \.isSingleSum) || !plan.mixtures.isEmpty)
    }

    /// The factors for `plan` in the tensor that `rows` are of; nil where nothing is to be multiplied.
    ///
    /// - Parameter gathered: the rows that sums are made of, for a tensor of one slice; nil to gather them here.
    static func scales(
        of plan: RowPlan, _ rows: TensorRows, gathered: SummedSourceRows? = nil, workers: Workers
    ) throws(FormatError) -> RowScales? {
        guard applies(to: rows, plan) else { return nil }
        let origins = plan.anchors.compactMap { anchor -> Int? in
            guard case .copy(let source) = plan.entry(Int(anchor)) else { return nil }
            return source
        }
        let distinctOrigins = Set(origins).sorted()
        var squares = [Double](repeating: 0, count: rows.count)
        var products = plan.productOffsets.last.map { [Double](repeating: 0, count: $0) } ?? []
        let used = plan.summedRows
        for slice in 0..<rows.sliceCount {
            let rows = try rows.sliceCount == 1 ? rows : rows.holding(slice)
            let added = try SliceRows(rows, slice: slice)
                .map(distinctOrigins, workers: workers) { _, row in row.sumOfSquares }
            for (origin, square) in zip(distinctOrigins, added) { squares[origin] += square }
            let summed =
                if let gathered { gathered } else {
                    try SummedSourceRows(used, rows, slice: slice, workers: workers)
                }
            let parts = workers.map((plan.rowCount + 511) / 512) { part in
                (part * 512..<min(plan.rowCount, part * 512 + 512)).flatMap { plan.products(of: $0, in: summed) }
            }
            for (index, product) in parts.joined().enumerated() { products[index] += product }
        }
        let norm = origins.reduce(0) { $0 + squares[$1].squareRoot() } / Double(origins.count)
        guard norm.isFinite else { return nil }
        return plan.scales(products, norm: norm)
    }
}

extension RowPlan {
    /// Where the scalar products of the sums of each row start: one for a single sum; for a mixed row those of each
    /// part with itself and with all before it.
    fileprivate var productOffsets: [Int] {
        var offsets = [0]
        offsets.reserveCapacity(rowCount + 1)
        for row in 0..<rowCount {
            let count = kind(of: row).isSingleSum ? 1 : mixtures.range(of: row).count
            offsets.append(offsets[row] + count * (count + 1) / 2)
        }
        return offsets
    }

    /// The scalar products of the sums that the row `row` consists of, in the order of `productOffsets`.
    fileprivate func products(of row: Int, in source: SummedSourceRows) -> [Double] {
        if kind(of: row).isSingleSum {
            return [sum(of: offsets[row]..<offsets[row + 1], in: source).reduce(0) { $0 + $1 * $1 }]
        }
        var sums: [[Double]] = []
        var products: [Double] = []
        for part in mixtures[row] {
            sums.append(sum(of: part.terms, in: source))
            for other in sums { products.append(zip(sums[sums.count - 1], other).reduce(0) { $0 + $1.0 * $1.1 }) }
        }
        return products
    }

    private func sum(of terms: Range<Int>, in source: SummedSourceRows) -> [Double] {
        var sums = [Double](repeating: 0, count: source.width)
        for term in terms {
            let weight = weights[term]
            source.withRows(Int(sourceRows[term])..<Int(sourceRows[term]) + 1) { elements in
                for column in sums.indices { sums[column] += weight * Double(elements[column]) }
            }
        }
        return sums
    }

    /// The factors that give sums with those scalar products the norm `norm`.
    fileprivate func scales(_ products: [Double], norm: Double) -> RowScales {
        let offsets = productOffsets
        var rowScales = [Double](repeating: 1, count: rowCount)
        var partScales = mixtures.parts.map(\.weight)
        for row in 0..<rowCount {
            let start = offsets[row]
            if kind(of: row).isSingleSum {
                // The mean of a prompt's pieces is as long as it is, and so is what the user says.
                if products[start] > 0, kind(of: row) != .prompt, kind(of: row) != .given {
                    rowScales[row] = norm / products[start].squareRoot()
                }
                continue
            }
            let range = mixtures.range(of: row)
            // Each part brought to length 1, by its share; a part of zeros has no direction and adds nothing.
            let shares = range.enumerated().map { index, part in
                let square = products[start + index * (index + 3) / 2]
                return square > 0 ? mixtures.parts[part].weight / square.squareRoot() : 0
            }
            var square = 0.0
            for (index, share) in shares.enumerated() {
                for other in 0...index {
                    let product = share * shares[other] * products[start + index * (index + 1) / 2 + other]
                    square += other == index ? product : 2 * product
                }
            }
            // Parts of opposite directions leave nothing that could be brought to a length.
            let scale = square > 1e-24 ? norm / square.squareRoot() : norm
            for (share, part) in zip(shares, range) { partScales[part] = share * scale }
        }
        return RowScales(rows: matchesNorm ? rowScales : nil, parts: partScales)
    }
}

extension Span<Float> {
    fileprivate var sumOfSquares: Double {
        var sum = 0.0
        for index in indices { sum += Double(self[index]) * Double(self[index]) }
        return sum
    }
}
