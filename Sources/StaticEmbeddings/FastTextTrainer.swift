private import CFastText
public import FocusEngine
public import SystemPackage

/// Trains word vectors with fastText (Bojanowski et al. 2017, arXiv 1607.04606) on a stream of tokens.
///
/// With one thread the model is, bit for bit, that of the `fasttext` Python package for the same text and parameters.
public struct FastTextTrainer: Sendable {
    /// How to train.
    public let parameters: FastTextParameters

    /// Makes a trainer.
    public init(_ parameters: FastTextParameters = FastTextParameters()) {
        self.parameters = parameters
    }

    /// Trains on `tokens`, on the calling thread and as many more as the parameters say.
    ///
    /// - Parameter monitor: hears of the tokens seen, all epochs counted; may cancel, also while the dictionary is
    ///   made.
    /// - Throws: `EmbeddingError` where fewer than two different tokens are frequent enough, or training fails;
    ///   `CancellationError`.
    public func train(on tokens: TokenStreamFile, monitor: WorkMonitor = .none) throws -> TrainedFastText {
        try train(onText: tokens.finished(), monitor: monitor)
    }

    /// Trains on a text file: a document a line, tokens between spaces.
    public func train(onText path: FilePath, monitor: WorkMonitor = .none) throws -> TrainedFastText {
        var parameters = try parameters.checked()
        var outcome = focus_fasttext_outcome()
        let listener = Listener(monitor)
        let model = unsafe withExtendedLifetime(listener) {
            unsafe focus_fasttext_train(
                &parameters, path.string, reportProgress, Unmanaged.passUnretained(listener).toOpaque(), &outcome)
        }
        if let model = unsafe model {
            return unsafe TrainedFastText(
                model, dimension: self.parameters.dimension, wordCount: Int(outcome.words),
                tokenCount: Int(outcome.tokens))
        }
        if outcome.status == FOCUS_FASTTEXT_STOPPED { throw CancellationError() }
        throw failure(outcome, path)
    }

    private func failure(_ outcome: focus_fasttext_outcome, _ path: FilePath) -> EmbeddingError {
        switch outcome.status {
        case FOCUS_FASTTEXT_NO_INPUT:
            return EmbeddingError(.system, "cannot open the text to train on", path: path)
        case FOCUS_FASTTEXT_TOO_FEW_WORDS:
            return EmbeddingError(
                .tooFewTokens,
                "the corpus has \(outcome.tokens) tokens and line ends, but not two different ones that occur "
                    + "\(parameters.minimumCount) times or more: train on more text, or with a lower minimum count")
        case FOCUS_FASTTEXT_DIVERGED:
            return EmbeddingError(
                .training,
                "training diverged at a learning rate of \(parameters.learningRate): train with a lower one")
        case FOCUS_FASTTEXT_NO_MEMORY:
            let rows = Int(outcome.words) + parameters.buckets
            return EmbeddingError(
                .training,
                "there is not enough memory for \(rows) rows of \(parameters.dimension) numbers: "
                    + "train with a lower dimension")
        default:
            let message = unsafe withUnsafeBytes(of: outcome.message) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            return EmbeddingError(.training, "fastText failed: \(message)")
        }
    }
}

/// What the C callback is given.
private final class Listener: Sendable {
    private let monitor: WorkMonitor

    init(_ monitor: WorkMonitor) {
        self.monitor = monitor
    }

    func hear(completed: Int64, total: Int64) -> Bool {
        if total > 0 { monitor.update(completed: Int(completed), total: Int(total)) }
        return monitor.isCancelled
    }
}

/// fastText calls this from threads of its own: a closure would belong to the actor that it is written in, and trap
/// there.
private nonisolated func reportProgress(context: UnsafeMutableRawPointer?, completed: Int64, total: Int64) -> Int32 {
    guard let context = unsafe context else { return 0 }
    let listener = unsafe Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue()
    return listener.hear(completed: completed, total: total) ? 1 : 0
}
