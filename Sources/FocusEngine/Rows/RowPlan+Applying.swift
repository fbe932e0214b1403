private import CKernels

extension RowPlan {
    /// Computes some of the target rows of a tensor.
    ///
    /// A copied row has the bits of its source row. A combination is summed in double precision in the order of its
    /// source rows and rounded once. Without scales, a mixed row is the mean of its parts by their shares, which is
    /// right for tensors of one number a token.
    ///
    /// - Parameters:
    ///   - source: the rows of the source tensor; see `checkSourceRows`.
    ///   - sampler: what drawn rows are drawn from; may be nil only where there are none.
    ///   - scales: what sums are multiplied by.
    ///   - rows: which target rows.
    ///   - target: where to, row-major, `rows.count * source.width` elements.
    /// - Throws: what `source` throws where a row cannot be read; never for rows in memory.
    public func apply<Source: RowSource>(
        to source: Source, sampling sampler: RowSampler?, scales: RowScales? = nil, rows: Range<Int>,
        into target: inout MutableSpan<Float>
    ) throws(Source.Failure) {
        let width = source.width
        precondition(target.count == rows.count * width, "a block of \(target.count) elements for \(rows.count) rows")
        var sums = [Double](repeating: 0, count: width)
        try unsafe target.withUnsafeMutableBufferPointer { (target) throws(Source.Failure) in
            for row in rows {
                let start = (row - rows.lowerBound) * width
                let block = unsafe UnsafeMutableBufferPointer(rebasing: target[start..<start + width])
                switch kinds[row] {
                case .copy:
                    let sourceRow = Int(sourceRows[offsets[row]])
                    try source.withRows(sourceRow..<sourceRow + 1) { elements in
                        precondition(elements.count == width)
                        unsafe elements.withUnsafeBufferPointer { _ = unsafe block.update(from: $0) }
                    }
                case .combine, .pieces, .prompt, .blend, .given:
                    for column in sums.indices { sums[column] = 0 }
                    try add(offsets[row]..<offsets[row + 1], of: source, to: &sums)
                    if let scale = scales?.rows?[row] { for column in sums.indices { sums[column] *= scale } }
                    unsafe focus_round(sums, block.baseAddress, width)
                case .mix:
                    for column in sums.indices { sums[column] = 0 }
                    for index in mixtures.range(of: row) {
                        let part = mixtures.parts[index]
                        try add(part.terms, times: scales?.parts[index] ?? part.weight, of: source, to: &sums)
                    }
                    unsafe focus_round(sums, block.baseAddress, width)
                case .sample:
                    guard let sampler else {
                        preconditionFailure("row \(row) is drawn, and there is nothing to draw from")
                    }
                    precondition(sampler.statistics.means.count == width, "the statistics are of another tensor")
                    unsafe sampler.normal.fill(block, row: row, from: sampler.statistics)
                case .mean:
                    guard let sampler else {
                        preconditionFailure("row \(row) is the mean, and there are no statistics")
                    }
                    precondition(sampler.statistics.means.count == width, "the statistics are of another tensor")
                    unsafe focus_round(sampler.statistics.means, block.baseAddress, width)
                }
            }
        }
    }

    private func add<Source: RowSource>(
        _ terms: Range<Int>, times factor: Double = 1, of source: Source, to sums: inout [Double]
    ) throws(Source.Failure) {
        try source.add(
            sourceRows.span.extracting(terms), weights: weights.span.extracting(terms), times: factor, to: &sums)
    }
}
