package import Checkpoints
internal import Corpus
internal import JSON
package import Parallel
internal import Replacement
package import SystemPackage
internal import Tokenization
internal import Transformer

/// What a checkpoint keeps of a language, measured on lines of text with its own tokenizer.
package struct CheckpointMeasurement {
    private let checkpoint: (checkpoint: Checkpoint, model: MeasuredModel, tokenizer: Tokenizer)
    private let original: (checkpoint: Checkpoint, model: MeasuredModel, tokenizer: Tokenizer)?
    private let workers: Workers

    /// Opens a model, and another one to compare it with.
    ///
    /// - Throws: `FocusError` where it is not known how a model is run, or one is an encoder and there is no other;
    ///   what is wrong with a tokenizer.
    package init(of checkpoint: Checkpoint, original: Checkpoint?, workers: Workers) throws {
        func opened(_ checkpoint: Checkpoint) throws -> (Checkpoint, MeasuredModel, Tokenizer) {
            let rows = VocabularyRows(temporaryFolder: AuxiliaryTraining.temporaryFolder)
            let source = try SourceModel(of: checkpoint, rows: rows, workers: workers)
            return (
                checkpoint, try MeasuredModel(source, workers: workers), try Tokenizer.load(checkpoint.folder)
            )
        }
        self.checkpoint = try opened(checkpoint)
        self.original = try original.map(opened)
        self.workers = workers
        let isCausal = self.checkpoint.model.isCausal
        if let original = self.original, original.model.isCausal != isCausal {
            throw FocusError(
                "and \(original.checkpoint.folder) are a model that predicts the next token and an encoder, which "
                    + "cannot be compared", path: checkpoint.folder)
        }
        if !isCausal, self.original == nil {
            throw FocusError(
                "is an encoder, whose sentence vectors are measured by those of another checkpoint: name it with "
                    + "--original", path: checkpoint.folder)
        }
    }

    /// Measures on `lines` lines of a text after the first `skipped`: bits per byte of models that predict the next
    /// token, else the mean cosine of sentence vectors and the original's.
    ///
    /// - Throws: what is wrong with the text; `FocusError` where a line is too long, or the result is no number;
    ///   `CancellationError`.
    package func run(
        on text: FilePath, lines: Int, skipping skipped: Int, prefix: String = "", monitor: WorkMonitor
    ) throws -> ModelMeasurement {
        let text = try MeasuredLines(lines, after: skipped, of: Corpus([text]))
        let prefix = Array(prefix.utf8)
        func tokens(_ tokenizer: Tokenizer, _ checkpoint: Checkpoint) throws -> MeasuredTokens {
            guard self.checkpoint.model.isCausal else {
                return try MeasuredTokens(text, tokenizer, isWhole: true, prefix: prefix, workers: workers)
            }
            return try MeasuredTokens(text, tokenizer, isWhole: false, workers: workers)
                .starting(with: StartToken.id(in: checkpoint.config?.root, tokenizer.vocabulary))
        }
        let all = [checkpoint] + (original.map { [$0] } ?? [])
        guard checkpoint.model.isCausal else {
            let vectors = try all.map { one in
                try FocusError.naming(one.checkpoint) {
                    try one.model.vectors(of: try tokens(one.tokenizer, one.checkpoint), monitor: monitor)
                }
            }
            return ModelMeasurement(
                measure: .fidelity, lines: text.lines.count, bytes: text.byteCount, original: 1, cutReference: nil,
                values: [MeasuredModel.fidelity(vectors[0], to: vectors[1])])
        }
        let values = try all.map { one in
            try FocusError.naming(one.checkpoint) {
                try one.model.bitsPerByte(of: try tokens(one.tokenizer, one.checkpoint), monitor: monitor)
            }
        }
        return ModelMeasurement(
            measure: .bitsPerByte, lines: text.lines.count, bytes: text.byteCount,
            original: original == nil ? nil : values[1], cutReference: nil, values: [values[0]])
    }
}

extension FocusError {
    /// The result of running the model of a checkpoint, whose errors then name it.
    static func naming<Result>(_ checkpoint: Checkpoint, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as TransformerError {
            throw FocusError(error.description, path: checkpoint.folder, cause: error)
        }
    }
}
