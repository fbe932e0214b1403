package import Checkpoints
internal import FocusEngine
private import Glibc
package import Parallel
internal import Replacement
internal import StaticEmbeddings
package import SystemPackage
internal import TensorIO
package import Tokenization
internal import Vocabularies

/// Trains auxiliary embeddings of a tokenizer's tokens on text, or finds those that were trained before.
package struct AuxiliaryTraining: Sendable {
    private let tokenizer: Tokenizer
    private let tokenizerPath: FilePath
    private let text: TrainingText
    private let parameters: FastTextParameters
    private let sample: TrainingSample
    private let cache: AuxiliaryCache?
    private let workers: Workers
    private let trainingWorkers: Workers

    /// Describes a training; nothing is read yet.
    ///
    /// - Parameters:
    ///   - tokenizer: what cuts the text into tokens.
    ///   - tokenizerPath: where it was loaded from: the contents of its files are part of the cache's key.
    ///   - textField: the field of JSON lines that holds the text.
    package init(
        tokenizer: Tokenizer, at tokenizerPath: FilePath, corpus: [FilePath], textField: String = "text",
        training: VectorTraining, workers: Workers
    ) {
        self.init(
            tokenizer: tokenizer, at: tokenizerPath, text: .files(corpus, field: textField), training: training,
            workers: workers)
    }

    /// Describes a training on text in whatever form.
    package init(
        tokenizer: Tokenizer, at tokenizerPath: FilePath, text: TrainingText, training: VectorTraining,
        workers: Workers
    ) {
        self.tokenizer = tokenizer
        self.tokenizerPath = tokenizerPath
        self.text = text
        parameters = training.parameters
        sample = training.sample
        cache = training.cache.map(AuxiliaryCache.init)
        self.workers = workers
        trainingWorkers = training.maximumThreads.map { Workers(count: min($0, workers.count)) } ?? workers
    }

    /// Where trained vectors are kept unless told otherwise: `focus` below `XDG_CACHE_HOME`, or below `.cache` of the
    /// home folder.
    package static var defaultCache: FilePath? {
        if let base = variable("XDG_CACHE_HOME") { return FilePath(base).appending("focus") }
        return variable("HOME").map { FilePath($0).appending(".cache").appending("focus") }
    }

    private static func variable(_ name: String) -> String? {
        let value = unsafe getenv(name).map { unsafe String(cString: $0) }
        return value?.isEmpty == false ? value : nil
    }

    /// The vectors of the tokens of `target`: from the cache where the same tokenizer, text and parameters were used
    /// before, and else trained. What was trained is kept in the cache, but never read from there.
    ///
    /// - Parameters:
    ///   - isOwn: whether `target` is the vocabulary of the tokenizer that cuts the text.
    ///   - counter: counts the tokens of other tokenizers in the same pass over the text, where one is made.
    ///   - uses: is given the tokens that the text is cut into for training, where there is a training.
    ///   - tell: hears why vectors in the cache are not used, and how much of the text is.
    func vectors(
        of target: Vocabulary, isOwn: Bool, stages: StageClock, counting counter: TokenCounter? = nil,
        uses: TokenCounter? = nil, tell: (String) -> Void = { _ in }
    ) throws -> AuxiliaryVectors {
        guard let cache, try text.isRereadable else {
            return try train(stages: stages, counting: counter, uses: uses, tell: tell).vectors
                .vectors(of: target, isOwn: isOwn, workers: workers)
        }
        let key = try stages.measure("look into the cache") { monitor in
            AuxiliaryCache.Key(
                tokenizer: try TokenizerFiles(at: tokenizerPath).contents,
                corpus: try text.digest(monitor: monitor) + Array(sample.name.utf8), parameters: parameters)
        }
        if let vectors = cache.vectors(for: key, tell: tell) {
            return try AuxiliaryVectors(tokensOf: target, in: vectors, workers: workers)
        }
        let trained = try train(stages: stages, counting: counter, uses: uses, tell: tell).vectors
        // A cache that cannot be written is no reason to lose a finished training.
        try? cache.store(trained, for: key)
        return trained.vectors(of: target, isOwn: isOwn, workers: workers)
    }

    /// Trains, and writes the whole model to `output`, so that fastText opens it.
    ///
    /// - Returns: what the training was.
    /// - Throws: `FocusError` or `FormatError` where `output` cannot be written or there is too little room; what
    ///   reading, cutting and training on the text throws.
    @discardableResult
    package func train(
        to output: FilePath, replacingExisting: Bool, stages: StageClock, tell: (String) -> Void = { _ in }
    ) throws -> TrainingReport {
        try WritableName.check(output, replacing: replacingExisting)
        try TemporaryRoom(corpus: text.files).check()
        let (trained, whole) = try train(stages: stages, tell: tell)
        try stages.measure("save") { _ in try trained.save(to: output, replacingExisting: replacingExisting) }
        return TrainingReport(
            effort: trained.effort, tokenCount: trained.tokenCount, wordCount: trained.wordCount,
            textTokenCount: whole.tokenCount + whole.documentCount, textDocumentCount: whole.documentCount,
            stages: stages.stages)
    }

    private func train(
        stages: StageClock, counting counter: TokenCounter? = nil, uses: TokenCounter? = nil,
        tell: (String) -> Void
    ) throws -> (vectors: TrainedVectors, whole: TokenStreamFile) {
        let whole = try stages.measure("tokenize corpus") { monitor in
            try text.tokens(by: tokenizer, counting: counter, uses: uses, workers: workers, monitor: monitor)
        }
        let stream = try sample(of: whole, stages: stages, tell: tell)
        let vectors = try stages.measure("train auxiliary embeddings") { monitor in
            try CBOWTrainer(parameters, workers: trainingWorkers).train(on: stream, monitor: monitor)
        }
        return (vectors, whole)
    }

    private func sample(
        of whole: TokenStreamFile, stages: StageClock, tell: (String) -> Void
    ) throws -> TokenStreamFile {
        let count = whole.tokenCount + whole.documentCount
        guard let limit = sample.limit(of: whole), limit < count else { return whole }
        let part = try stages.measure("take a sample") { _ in
            try whole.sample(of: limit, in: AuxiliaryTraining.temporaryFolder)
        }
        let share = 100 * Double(part.tokenCount + part.documentCount) / Double(count)
        let tenths = Int((share * 10).rounded())
        tell(
            "auxiliary embeddings are trained on \(part.documentCount) of \(whole.documentCount) documents, "
                + "\(tenths / 10).\(tenths % 10) % of the tokens: --sample all trains on the whole text")
        return part
    }

    /// Where temporary files go: `TMPDIR`, or `/tmp`.
    package static var temporaryFolder: FilePath {
        FilePath(variable("TMPDIR") ?? "/tmp")
    }
}
