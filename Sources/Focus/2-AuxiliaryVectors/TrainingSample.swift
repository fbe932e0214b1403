internal import StaticEmbeddings

/// How much of a text auxiliary vectors are trained on.
///
/// Which documents are taken depends on their own tokens alone: not on their order, the files and shards that they are
/// in, or the threads.
public enum TrainingSample: Sendable, Hashable {
    /// All of it.
    case all
    /// As much as vectors are known to get better by: 16.8 million tokens.
    case auto
    /// About so many bytes of text.
    case bytes(Int)

    /// The tokens, ends of documents counted, up to which vectors were seen to get better (TRAINING.md).
    static let enoughTokens = 1 << 24

    /// The most tokens of a text to train on, ends of documents counted; nil for all.
    func limit(of text: TokenStreamFile) -> Int? {
        switch self {
        case .all: return nil
        case .auto: return TrainingSample.enoughTokens
        case .bytes(let count):
            guard count < text.byteCount else { return nil }
            let share = Double(count) / Double(text.byteCount)
            return Int(Double(text.tokenCount + text.documentCount) * share)
        }
    }

    /// What names it beside a text.
    var name: String {
        switch self {
        case .all: ""
        case .auto: "sample of \(TrainingSample.enoughTokens) tokens"
        case .bytes(let count): "sample of \(count) bytes"
        }
    }
}
