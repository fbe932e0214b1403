internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// The tensors of a checkpoint as they will be: new rows where they follow the vocabulary, positions that move with the
/// padding id, and all others as they are.
struct NewTensors: Sendable {
    /// The tensors that follow the vocabulary.
    let vocabulary: VocabularyTensors
    /// Position rows that move because the padding id does.
    let positions: (shifts: [PositionShift], notes: [String])
    /// The rows of vocabulary tensors as they will be written, padding included.
    let rowCount: Int
    let figures: TensorFigures
    /// The output layer that is untied from its table; nil where ties stay.
    let untiedHead: UntiedHead?
    let rows: VocabularyRows
    /// A draft head that has rows for part of the vocabulary; nil where there is none.
    let draft: DraftTensors?
    /// What the elements of tensors that follow the vocabulary will be; nil for what they are.
    let tableType: ElementType?
    let checkpoint: Checkpoint
    private let workers: Workers

    /// Finds the tensors of `checkpoint` that change, and reads none of them.
    init(of checkpoint: Checkpoint, _ inputs: SpecializationInputs, _ options: SpecializationOptions) throws {
        let multiple = options.rowMultiple
        let target = inputs.target.vocabulary
        self.checkpoint = checkpoint
        workers = options.workers
        vocabulary = inputs.tensors
        untiedHead = inputs.untiedHead
        // Tokens that are only read have rows past those that count.
        let needed = target.rowCount - vocabulary.onlyReadCount(inputs.overlap)
        rowCount = options.rowCount ?? (needed + multiple - 1) / multiple * multiple
        positions = try PositionShift.find(in: checkpoint, vocabulary: vocabulary, padding: target.roles[.padding])
        figures = inputs.figures
        rows = inputs.rows
        draft = try NewTensors.draft(
            in: checkpoint, vocabulary, inputs, lengths: vocabulary.lengths, rowCount: rowCount)
        tableType = options.tableType
        try refuseQuantizedHead()
    }

    /// Finds the tensors of `checkpoint` that change, where it is the draft of the model that gets `model`;
    /// `vocabulary` has those that follow the vocabulary.
    init(
        ofDraft checkpoint: Checkpoint, _ vocabulary: VocabularyTensors, of model: NewTensors,
        _ inputs: SpecializationInputs, _ options: SpecializationOptions
    ) throws {
        self.checkpoint = checkpoint
        self.vocabulary = vocabulary
        workers = options.workers
        untiedHead = nil
        tableType = options.tableType
        rowCount = model.rowCount
        positions = ([], [])
        // Its tensors may be called as the model's are: each has figures of its own.
        figures = TensorFigures(usedRows: model.figures.usedRows, workers: options.workers)
        rows = VocabularyRows(temporaryFolder: AuxiliaryTraining.temporaryFolder)
        let lengths = vocabulary.lengths.union(model.vocabulary.lengths)
        draft = try NewTensors.draft(in: checkpoint, vocabulary, inputs, lengths: lengths, rowCount: rowCount)
    }

    /// The draft head in `checkpoint`, where it has one with a vocabulary of its own.
    private static func draft(
        in checkpoint: Checkpoint, _ vocabulary: VocabularyTensors, _ inputs: SpecializationInputs, lengths: Set<Int>,
        rowCount: Int
    ) throws -> DraftTensors? {
        guard let names = vocabulary.draft else { return nil }
        return DraftTensors(
            try DraftMap(names, of: checkpoint, rows: lengths),
            TokenIDMapping(source: inputs.source, target: inputs.target.vocabulary, overlap: inputs.wholeOverlap),
            rowCount: rowCount)
    }

    /// Tensors whose shape or type changes, before and after.
    var changes: [(old: TensorDescriptor, new: TensorDescriptor)] {
        get throws(FormatError) {
            var changes: [(old: TensorDescriptor, new: TensorDescriptor)] = []
            for entry in vocabulary.entries { changes += try self.changes(of: entry) }
            for shift in positions.shifts where !shift.keepsCount { changes.append((shift.tensor, try shift.written)) }
            for tensor in vocabulary.draft?.all ?? [] {
                if let new = try draft?.written(tensor) { changes.append((tensor, new)) }
            }
            return changes
        }
    }

    /// Tensors that the source does not have.
    var additions: [TensorDescriptor] {
        get throws(FormatError) {
            guard let untiedHead, untiedHead.isNew else { return [] }
            return [try untiedHead.written(rows: rowCount, as: tableType)]
        }
    }

    /// Whether something in `file` changes. Not by shape: a target vocabulary may have as many rows as the source's.
    func isChanged(_ file: Checkpoint.File) -> Bool {
        if file.isPartial { return true }
        let changed = Set(positions.shifts.map(\.tensor.name)).union(vocabularyNames)
        return file.reader.tensors.contains { changed.contains($0.name) || draft?.holds($0.name) == true }
    }

    /// The tensors of `files` with new rows, and what they will hold.
    func of(
        _ files: [Checkpoint.File], by new: NewRows, monitor: WorkMonitor
    ) throws(FormatError) -> (tensors: [TensorDescriptor], contents: TensorContents) {
        let rewriter = VocabularyRewriter(
            plan: new.plan, rowCount: rowCount, figures: figures, workers: workers, elementType: tableType)
        let written = Dictionary(try changes.map { ($0.old.name, $0.new) }) { first, _ in first }
        let removed = Set(removals.map(\.name))
        let quantized = NewQuantizedTables(vocabulary.entries, rows, isNeeded: tableType == nil)
        let addition = untiedHead?.isNew == true ? untiedHead : nil
        let (vocabulary, rows, checkpoint) = (vocabulary, rows, checkpoint)
        let shifts = Dictionary(uniqueKeysWithValues: positions.shifts.map { ($0.tensor.name, $0) })
        var descriptors: [TensorDescriptor] = []
        var originals: [TensorName: (tensor: TensorDescriptor, file: Checkpoint.File)] = [:]
        for file in files {
            for tensor in file.reader.tensors where !removed.contains(tensor.name) {
                originals[tensor.name] = (tensor, file)
                descriptors.append(written[tensor.name] ?? tensor)
                if let addition, addition.table.tensor.name == tensor.name {
                    // An untied head starts as its table: rows that were not made are made of the table's.
                    originals[addition.name] = (tensor, file)
                    descriptors.append(try addition.written(rows: rowCount, as: tableType))
                }
            }
        }
        let sources = originals
        let guesser = draft.map { DraftRewriter($0, by: new, rows: rows, figures: figures, workers: workers) }
        let contents = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
            guard let (original, file) = sources[tensor.name] else { return }
            if let entry = quantized.entry(with: tensor.name) {
                do throws(FormatError) {
                    let rewriter = rewriter.adding(entry.extraRows).replacing(new.made[entry.tensor.name])
                    try quantized.send(tensor, of: entry, by: rewriter, monitor: monitor, to: sink)
                } catch {
                    throw error.code == .invalidTensor ? error.at(checkpoint.path(of: file)) : error
                }
            } else if let entry = vocabulary.entry(named: original.name) {
                do throws(FormatError) {
                    try rewriter.adding(entry.extraRows).replacing(new.made[tensor.name]).send(
                        rows.rows(of: entry, in: file.reader), monitor: monitor, to: sink)
                } catch {
                    // What is wrong with the rows is wrong with the file that they are read from, not with the one that
                    // is written.
                    throw error.code == .invalidTensor ? error.at(checkpoint.path(of: file)) : error
                }
            } else if let guesser, guesser.draft.holds(original.name) {
                try guesser.send(original, from: file.reader, monitor: monitor, to: sink)
            } else if let shift = shifts[tensor.name] {
                try shift.send(from: file.reader, to: sink)
            } else {
                try file.reader.read(original, sink)
            }
        }
        return (descriptors, contents)
    }
}
