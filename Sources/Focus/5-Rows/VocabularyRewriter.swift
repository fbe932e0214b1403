internal import FocusEngine
internal import Parallel
internal import TensorIO

/// Makes the contents of a vocabulary tensor for the target vocabulary: the plan applied along its axis, block by
/// block.
///
/// Copied rows are the source's bytes. Combined and sampled rows are computed in float64, rounded to `Float` and then
/// to the tensor's type. Rows that were made beforehand are rounded to the tensor's type.
struct VocabularyRewriter: Sendable {
    let plan: RowPlan
    /// Rows written: the plan's, and padding after them.
    let rowCount: Int
    let figures: TensorFigures
    let workers: Workers
    /// The rows that do not follow the plan; nil where all do.
    var made: MadeRows?
    /// What the elements that are written are; nil for what they are in the source.
    var elementType: ElementType?

    /// About how many bytes of rows are made at a time on one thread.
    private static let blockByteCount = 1 << 20

    /// The same for a tensor that is written with `count` more rows.
    func adding(_ count: Int) -> VocabularyRewriter {
        VocabularyRewriter(
            plan: plan, rowCount: rowCount + count, figures: figures, workers: workers, made: made,
            elementType: elementType)
    }

    /// The same in which the rows that were made do not follow the plan.
    func replacing(_ made: MadeRows?) -> VocabularyRewriter {
        var rewriter = self
        rewriter.made = made
        return rewriter
    }

    /// Sends the new contents of `rows` to `sink`, in order.
    func send(_ rows: TensorRows, monitor: WorkMonitor, to sink: TensorContents.Sink) throws(FormatError) {
        guard plan.sourceRowCount <= rows.count else {
            // Some models have fewer rows in one tensor.
            let limited = plan.limited(to: rows.count, standIn: rows.standIn)
            return try VocabularyRewriter(
                plan: limited, rowCount: rowCount, figures: figures, workers: workers, made: made,
                elementType: elementType
            ).send(rows, monitor: monitor, to: sink)
        }
        let isPlanned = made?.containsAll(0..<plan.rowCount) != true
        let used = isPlanned ? plan.summedRows : []
        if rows.sliceCount > 1 {
            let scales = isPlanned ? try NormMatching.scales(of: plan, rows, workers: workers) : nil
            return try sendSlices(of: rows, used, scales: scales, monitor: monitor, to: sink)
        }
        let (gathering, drawn) = workers.both {
            Result { () throws(FormatError) in try SummedSourceRows(used, rows, slice: 0, workers: workers) }
        } _: {
            Result { () throws(FormatError) in
                try sampler(rows, slice: 0) { () throws(FormatError) in try figures.statistics(of: rows, slice: 0) }
            }
        }
        let gathered = try gathering.get()
        let scales =
            isPlanned ? try NormMatching.scales(of: plan, rows, gathered: gathered, workers: workers) : nil
        try send(rows, gathered, try drawn.get(), scales: scales, monitor: monitor, to: sink)
    }

    /// Sends the rows of a tensor that has one slice.
    private func send(
        _ rows: TensorRows, _ summed: SummedSourceRows, _ sampler: RowSampler?, scales: RowScales?,
        monitor: WorkMonitor,
        to sink: TensorContents.Sink
    ) throws(FormatError) {
        let blockRows = max(1, VocabularyRewriter.blockByteCount / max(1, rows.rowByteCount))
        let blocks = (rowCount + blockRows - 1) / blockRows
        try send(
            blocks, atOnce: workers.count * 4, monitor: monitor, to: sink
        ) { index throws(FormatError) in
            let start = index * blockRows
            return try block(
                start..<min(start + blockRows, rowCount), rows, slice: 0, summed: summed, sampler: sampler,
                scales: scales)
        }
    }

    /// Sends what `part` makes, for each index in order: while some parts are sent, the next are made.
    private func send(
        _ total: Int, atOnce group: Int, monitor: WorkMonitor, to sink: TensorContents.Sink,
        _ part: @escaping @Sendable (Int) throws(FormatError) -> [UInt8]
    ) throws(FormatError) {
        @Sendable func made(from first: Int) -> [Result<[UInt8], FormatError>] {
            workers.map(max(0, min(group, total - first))) { index in
                Result { () throws(FormatError) in try part(first + index) }
            }
        }
        var ready = made(from: 0)
        for first in stride(from: 0, to: total, by: group) {
            if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
            let (sent, next) = workers.both {
                Result { () throws(FormatError) in
                    for outcome in ready {
                        let bytes = try outcome.get()
                        try unsafe sink(bytes.span.bytes)
                    }
                }
            } _: {
                made(from: first + group)
            }
            try sent.get()
            ready = next
            monitor.update(completed: min(first + group, total), total: total)
        }
    }

    /// Slices are many and their rows short: each is made whole, several at a time.
    private func sendSlices(
        of rows: TensorRows, _ used: [Int], scales: RowScales?, monitor: WorkMonitor, to sink: TensorContents.Sink
    ) throws(FormatError) {
        try send(
            rows.sliceCount, atOnce: workers.count * 2, monitor: monitor, to: sink
        ) { slice throws(FormatError) in
            let held = try rows.holding(slice)
            let sampler = try sampler(held, slice: slice) { () throws(FormatError) in
                try figures.freshStatistics(of: held, slice: slice)
            }
            let summed = try SummedSourceRows(used, held, slice: slice, workers: Workers(count: 1))
            return try block(0..<rowCount, held, slice: slice, summed: summed, sampler: sampler, scales: scales)
        }
    }

    /// What rows without a counterpart are drawn from; nil where there are none, which saves reading the tensor.
    private func sampler(
        _ rows: TensorRows, slice: Int, statistics: () throws(FormatError) -> ColumnStatistics
    ) throws(FormatError) -> RowSampler? {
        guard rowCount > plan.rowCount || plan.kinds.contains(where: { $0 == .sample || $0 == .mean }) else {
            return nil
        }
        return try RowSampler(seed: plan.seed, statistics(), of: rows.tensor)
    }

    /// The bytes of the target rows `range`.
    private func block(
        _ range: Range<Int>, _ rows: TensorRows, slice: Int, summed: SummedSourceRows, sampler: RowSampler?,
        scales: RowScales?
    ) throws(FormatError) -> [UInt8] {
        let type = elementType ?? rows.tensor.elementType
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count * rows.width * type.bitWidth / 8)
        var row = range.lowerBound
        while row < range.upperBound {
            if let made, made.contains(row) {
                var end = row + 1
                while end < range.upperBound, made.contains(end) { end += 1 }
                var values: [Float] = []
                values.reserveCapacity((end - row) * rows.width)
                let columns = slice * rows.width..<(slice + 1) * rows.width
                try made.append(row..<end, columns: columns, to: &values)
                append(values, type, to: &bytes)
                row = end
            } else if row < plan.rowCount, let source = plan.copiedRow(row) {
                if type == .f32, rows.tensor.elementType == .f32, summed.contains(source) {
                    summed.withRows(source..<source + 1) { unsafe bytes.append($0.bytes) }
                } else {
                    try rows.read(source..<source + 1, ofSlice: slice) { (span: RawSpan) throws(FormatError) in
                        if type == rows.tensor.elementType {
                            bytes.append(span)
                        } else {
                            bytes += ElementConversion.convert(span, from: rows.tensor.elementType, to: type)
                        }
                    }
                }
                row += 1
            } else {
                var end = row + 1
                while end < range.upperBound, made?.contains(end) != true,
                    end >= plan.rowCount || plan.copiedRow(end) == nil
                { end += 1 }
                let values = computed(row..<end, summed: summed, sampler: sampler, scales: scales)
                append(values, type, to: &bytes)
                row = end
            }
        }
        return bytes
    }

    /// The values of target rows none of which is a copy; those past the plan are drawn.
    private func computed(
        _ range: Range<Int>, summed: SummedSourceRows, sampler: RowSampler?, scales: RowScales?
    ) -> [Float] {
        let width = summed.width
        var values = [Float](repeating: 0, count: range.count * width)
        let planned = range.clamped(to: 0..<plan.rowCount)
        values.withMutableSlice(0..<planned.count * width) { span in
            plan.apply(to: summed, sampling: sampler, scales: scales, rows: planned, into: &span)
        }
        guard let sampler else { return values }
        for row in range.dropFirst(planned.count) {
            let start = (row - range.lowerBound) * width
            values.withMutableSlice(start..<start + width) { span in
                sampler.normal.fill(&span, row: row, from: sampler.statistics)
            }
        }
        return values
    }

    private func append(_ values: [Float], _ type: ElementType, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: values.count * type.bitWidth / 8))
        ElementConversion.store(values.span, type, in: &bytes, at: start)
    }
}

extension [UInt8] {
    /// Appends bytes.
    fileprivate mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}

extension [Float] {
    /// Lends the elements `range` for writing.
    fileprivate mutating func withMutableSlice(_ range: Range<Int>, _ body: (inout MutableSpan<Float>) -> Void) {
        unsafe withUnsafeMutableBufferPointer { buffer in
            let slice = unsafe UnsafeMutableBufferPointer(rebasing: buffer[range])
            var span = unsafe slice.mutableSpan
            body(&span)
        }
    }
}
