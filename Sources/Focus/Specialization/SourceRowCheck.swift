internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import TensorIO
internal import Vocabularies

/// Looks for NaN and infinities in the rows of the source that new rows would be made of, before anything is computed.
struct SourceRowCheck {
    private let checkpoint: Checkpoint
    private let tensors: NewTensors
    private let workers: Workers
    /// Which source rows are copied, or may be parts of sums.
    private let isTaken: [Bool]
    /// Whether some rows are drawn from the distribution of the source's rows, whatever the text is.
    private let draws: Bool
    /// Whether some rows may be drawn, for all that is known before the text is read.
    private let mayDraw: Bool

    init(_ checkpoint: Checkpoint, _ inputs: SpecializationInputs, _ tensors: NewTensors, workers: Workers) {
        self.checkpoint = checkpoint
        self.tensors = tensors
        self.workers = workers
        var isTaken = [Bool](repeating: false, count: max(inputs.source.rowCount, tensors.vocabulary.rows))
        func take(_ row: Int) { if isTaken.indices.contains(row) { isTaken[row] = true } }
        if let plan = inputs.keptPlan?.plan {
            plan.sourceRows.forEach { take(Int($0)) }
            draws = tensors.rowCount > plan.rowCount || plan.kinds.contains { $0 == .sample || $0 == .mean }
            mayDraw = draws
        } else {
            let overlap = inputs.overlap
            let pieces = inputs.pieces?.split(overlap.new) ?? [:]
            overlap.overlapping.compactMap(overlap.source(of:)).forEach(take)
            pieces.values.joined().forEach(take)
            inputs.promptRows.flatMap(\.sourceRows).forEach(take)
            inputs.given.rows.flatMap(\.sourceRows).forEach(take)
            let reached = Set(inputs.vectors?.ids ?? []).union(inputs.given.ids)
            let unreached = overlap.new.filter { pieces[$0] == nil && !reached.contains($0) }
            let hasGaps = tensors.rowCount > overlap.overlapping.count + overlap.new.count
            draws = hasGaps || !inputs.needsText && !unreached.isEmpty
            mayDraw = draws || !unreached.isEmpty
        }
        self.isTaken = isTaken
    }

    /// Throws where a row that would be taken, or that others would be drawn like, is no row of numbers.
    ///
    /// - Throws: `FormatError` that names file, tensor and row, where that row holds NaN or infinities or cannot be
    ///   read; `CancellationError` where `monitor` asks to stop.
    func check(monitor: WorkMonitor) throws {
        for (file, tensor) in checkpoint.tensors {
            let isHead = tensors.draft?.map.names.heads.contains { $0.name == tensor.name } == true
            let head = isHead ? VocabularyTensors.Entry(tensor: tensor, axis: 0) : nil
            guard let entry = tensors.vocabulary.entry(named: tensor.name) ?? head else { continue }
            try monitor.checkCancellation()
            do throws(FormatError) {
                let rows = try tensors.rows.rows(of: entry, in: file.reader)
                if isHead { try checkAll(rows) } else { try check(rows) }
            } catch {
                throw error.at(checkpoint.path(of: file))
            }
        }
    }

    /// Throws where a row of a draft's head, any of which may be taken or averaged, is no row of numbers.
    private func checkAll(_ rows: TensorRows) throws(FormatError) {
        let values = SliceRows(rows, slice: 0)
        for start in stride(from: 0, to: rows.count, by: 256) {
            var bad: Int?
            try values.withRows(start..<min(start + 256, rows.count)) { span in
                bad = bad ?? span.indices.first { !span[$0].isFinite }.map { start + $0 / rows.width }
            }
            guard let bad else { continue }
            throw FormatError(
                .invalidTensor,
                "holds NaN or infinities in row \(bad), of which the new rows of the draft would be made: repair that "
                    + "row first", tensor: rows.tensor.name)
        }
    }

    private func check(_ rows: TensorRows) throws(FormatError) {
        guard rows.sliceCount == 1 else {
            let found = workers.map(rows.sliceCount) { slice in
                Result { () throws(FormatError) in try check(rows.holding(slice), slice: slice) }
            }
            for outcome in found { try outcome.get() }
            return
        }
        // The figures are kept for the rows that are drawn: to look costs nothing where there are such rows.
        let figures =
            try mayDraw
            ? tensors.figures.statistics(of: rows, slice: 0) : tensors.figures.knownStatistics(of: rows, slice: 0)
        if figures?.isFinite == true, !isTaken[min(tensors.figures.usedRows, isTaken.count)...].contains(true) {
            return
        }
        try check(rows, slice: 0)
    }

    private func check(_ rows: TensorRows, slice: Int) throws(FormatError) {
        let values = SliceRows(rows, slice: slice)
        let used = min(rows.count, mayDraw ? tensors.figures.usedRows : isTaken.count)
        let isTable = rows.width * rows.sliceCount > 1
        for start in stride(from: 0, to: used, by: 256) {
            var bad: (row: Int, isNaN: Bool)?
            let range = start..<min(start + 256, used)
            try values.withRows(range) { span in
                for index in span.indices where !span[index].isFinite {
                    let row = start + index / rows.width
                    // A bias may be minus infinity on purpose; that is said when such a row would be averaged.
                    guard bad == nil, mayDraw || isTaken[row], isTable || draws || span[index].isNaN else { continue }
                    bad = (row, span[index].isNaN)
                }
            }
            guard let bad else { continue }
            let use =
                isTaken.indices.contains(bad.row) && isTaken[bad.row]
                ? "which the new vocabulary would take over" : "so that no row can be drawn from its distribution"
            throw FormatError(
                .invalidTensor, "holds NaN or infinities in row \(bad.row), \(use): repair that row first",
                tensor: rows.tensor.name)
        }
    }
}
