internal import Checkpoints
internal import Corpus
internal import Digests
internal import FocusEngine
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

extension Specialization {
    /// What a page on `rows` shows beyond the report; nil where no page is asked for. A figure that is missing is no
    /// reason not to write a checkpoint: the page then says why.
    ///
    /// - Throws: `CancellationError`.
    func pageFigures(of rows: NewRows) throws -> PageFigures? {
        guard options.writesPage else { return nil }
        var figures = PageFigures(
            plan: rows.plan, source: inputs.source, target: inputs.target.vocabulary, settings: options.settings,
            version: options.version)
        return try stages.measure("figures for the page") { monitor in
            try trying("The norms and the map of rows", &figures.gaps) {
                figures.table = try tableFigures(of: rows, monitor: monitor)
            }
            if !options.rows.text.isEmpty {
                try trying("Shares of the text", &figures.gaps) {
                    figures.text = try textFigures(monitor: monitor)
                }
            }
            try trying("Hashes", &figures.gaps) { figures.hashes = try hashes() }
            return figures
        }
    }

    private func trying(_ what: String, _ gaps: inout [String], _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as CancellationError {
            throw error
        } catch let error as FormatError where error.code == .cancelled {
            throw CancellationError()
        } catch {
            gaps.append("\(what) are missing: \(error)")
        }
    }

    private func tableFigures(of rows: NewRows, monitor: WorkMonitor) throws -> TableFigures {
        let entry = tensors.vocabulary.embedding
        let (written, contents) = try newTensors(by: try tensors.sharingWithCopies(rows), monitor: monitor)
        guard let tensor = written.first(where: { $0.name == entry.tensor.name }),
            let file = checkpoint.tensors.first(where: { $0.tensor.name == entry.tensor.name })?.file
        else {
            throw FocusError("there is no table")
        }
        guard tensor.elementType.convertsToFloat, entry.quantized == nil || tensors.tableType != nil else {
            throw FocusError("the table is quantised")
        }
        let target = inputs.target.vocabulary
        return try TableFigures(
            old: try tensors.rows.rows(of: entry, in: file.reader), axis: entry.axis, usedRows: inputs.source.rowCount,
            new: (tensor, contents),
            kinds: rows.plan.kinds, hasToken: { target.text(of: $0) != nil }, workers: options.workers)
    }

    private func textFigures(monitor: WorkMonitor) throws -> TextFigures {
        if let file = try options.countedText() { return try TextFigures(of: file) }
        let corpus = try Corpus(options.rows.text, textField: options.textField)
        guard corpus.isRereadable else { throw FocusError("the text is a pipe, which cannot be read again") }
        return try TextFigures(
            of: corpus, source: inputs.pieces?.tokenizer, target: inputs.target, workers: options.workers,
            monitor: monitor)
    }

    /// The SHA-256 of the plan, where it is kept, and of the files of both tokenizers.
    private func hashes() throws -> [(name: String, value: String)] {
        var files: [(name: String, path: FilePath)] = []
        if let plan = options.savedPlan ?? options.rows.plan {
            files.append(("plan, \(plan.lastComponent?.string ?? "")", plan))
        }
        let source = options.sourceTokenizer ?? checkpoint.folder
        for (whose, path) in [("source tokenizer", source), ("target tokenizer", options.tokenizer)] {
            for file in try TokenizerFiles(at: path).files { files.append(("\(whose), \(file.name)", file.source)) }
        }
        return try files.map { file in
            var hash = SHA256()
            try MappedFile(file.path).withBytes { bytes in
                unsafe bytes.withUnsafeBytes { raw in
                    unsafe raw.withMemoryRebound(to: UInt8.self) { unsafe hash.update($0.span) }
                }
            }
            return (file.name, hash.hexadecimal)
        }
    }
}
