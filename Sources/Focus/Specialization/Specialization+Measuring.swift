internal import Checkpoints
internal import Corpus
internal import FocusEngine
internal import JSON
internal import Parallel
internal import Replacement
internal import TensorIO
internal import Tokenization
internal import Transformer
internal import Vocabularies

extension Specialization {
    /// Runs the model with new rows on lines of the text: bits per byte of a model that predicts the next token, else
    /// the mean cosine of sentence vectors and the original's.
    ///
    /// - Parameters:
    ///   - candidates: the rows, each as a checkpoint would get them.
    ///   - count: how many lines, which are chosen evenly from the beginning of the text.
    ///   - hasCutReference: whether the original model also reads what the target tokenizer cuts.
    /// - Throws: `FocusError` where there is no text that can be read twice, the model cannot be run or its tokenizer
    ///   is not known; `CancellationError`.
    func measure(
        _ candidates: [NewRows], lines count: Int, hasCutReference: Bool, monitor: WorkMonitor
    ) throws -> ModelMeasurement {
        let corpus = try options.openText()
        guard corpus.isRereadable else {
            throw FocusError("the text is read again to measure on it, so that it must be in regular files")
        }
        guard let tokenizer = inputs.pieces?.tokenizer else {
            throw FocusError("the source's tokenizer cannot cut a text, so that the original cannot be measured")
        }
        let text = try MeasuredLines(count, from: corpus)
        let source = try SourceModel(
            of: checkpoint, tables: tensors.vocabulary, rows: tensors.rows, workers: options.workers)
        let bench = MeasuringBench(
            text: text, original: try MeasuredModel(source, workers: options.workers), source: tokenizer,
            target: inputs.target, start: StartToken.id(in: checkpoint.config?.root, tokenizer.vocabulary),
            prompt: prompt, pieces: hasCutReference ? sourcePieces : nil, workers: options.workers)
        return try FocusError.naming(checkpoint) {
            try bench.measure(candidates.count, monitor: monitor) { index in
                try measuredModel(source, candidates[index], monitor: monitor)
            }
        }
    }

    /// The first of the prompts that the options name, as it stands before a text: with a space behind it.
    private var prompt: [UInt8] {
        guard let first = options.prompts.first, let last = first.utf8.last else { return [] }
        return Array(first.utf8) + (last == UInt8(ascii: " ") ? [] : [UInt8(ascii: " ")])
    }

    /// What the rows that are about to be written keep, where that is asked for and there is a text; else why not.
    ///
    /// A figure that is missing is no reason not to write a checkpoint.
    ///
    /// - Throws: `CancellationError`.
    func measurement(of rows: NewRows) throws -> Result<ModelMeasurement, FocusError>? {
        guard let count = options.measuredLines, !options.rows.text.isEmpty else { return nil }
        do {
            return .success(
                try stages.measure("measure the model") { monitor in
                    try measure([rows], lines: count, hasCutReference: false, monitor: monitor)
                })
        } catch let error as CancellationError {
            throw error
        } catch {
            return .failure(error as? FocusError ?? FocusError("\(error)", cause: error))
        }
    }

    /// The methods that are worth measuring for this model.
    var measurableMethods: [RowMethod] {
        LanguageHead.isCausal(checkpoint)
            ? [.focus, .pieces, .focusAndUniformPieces, .states, .focusAndStates]
            : RowMethod.withoutStates + [.states, .piecesAndStates, .focusPiecesAndStates]
    }

    /// The rows that a method makes, as a checkpoint would get them.
    func newRows(by method: RowMethod, from ingredients: RowIngredients) throws -> NewRows {
        var other = self
        other.options.method = method
        other.inputs.languageHead = try LanguageHead(of: checkpoint, tensors.vocabulary)
        other.modelRows = try ModelRowsSetup(other.options, checkpoint, other.inputs)
        return try other.makeRows(by: makePlan(by: method, from: ingredients))
    }

    /// The source ids that stand for target tokens: the same token, else the pieces of its text.
    private var sourcePieces: [[Int32]] {
        let pieces = inputs.pieces?.split(inputs.overlap.new) ?? [:]
        return (0..<inputs.target.vocabulary.rowCount).map { id in
            let ids = inputs.wholeOverlap.source(of: id).map { [$0] } ?? pieces[id] ?? []
            return ids.map { Int32($0) }
        }
    }

    /// The source's layers with new tables, as they would be written.
    private func measuredModel(
        _ source: SourceModel, _ rows: NewRows, monitor: WorkMonitor
    ) throws -> MeasuredModel {
        let (written, contents) = try newTensors(by: rows, monitor: monitor)
        func table(_ name: TensorName) throws -> ModelTable {
            guard let tensor = written.first(where: { $0.name == name }) else {
                throw FocusError("'\(name)' does not follow the vocabulary, so that the model cannot be measured")
            }
            let file = try TemporaryTensor(tensor, contents, in: AuxiliaryTraining.temporaryFolder)
            return ModelTable(TensorRows(VocabularyTensors.Entry(tensor: tensor, axis: 0), reader: file))
        }
        let embedding = try table(source.table.tensor.name)
        var head: MeasuredModel.Head?
        if let old = source.head, source.model.description.isCausal {
            let name = inputs.untiedHead?.name ?? old.tensor.name
            let rows = name == source.table.tensor.name ? embedding : try table(name)
            let bias = source.headBias.flatMap { bias in written.first { $0.name == bias.name } }
            var values: [Float]?
            if let bias {
                var numbers: [Float] = []
                try contents.send(bias) { (bytes: RawSpan) throws(FormatError) in
                    ElementConversion.append(bytes, bias.elementType, to: &numbers)
                }
                values = numbers
            }
            head = MeasuredModel.Head(rows: rows, tokenCount: rows.rowCount, bias: values)
        }
        return MeasuredModel(model: source.model, table: embedding, head: head, workers: options.workers)
    }
}
