internal import Tokenization
internal import Vocabularies

extension SpecializationOptions {
    /// Whether every token of the target is one of the source, so that all rows are copied and neither text nor vectors
    /// are needed; false where one of the tokenizers cannot be read.
    package var copiesEveryRow: Bool {
        guard prompts.isEmpty, let source = try? Tokenizer.vocabulary(at: sourceTokenizer ?? checkpoint),
            let target = try? Tokenizer.vocabulary(at: tokenizer),
            let overlap = try? Overlap(
                target: target, source: source, options: match, extension: nil,
                likeReference: matchesLikeReference, workers: workers)
        else { return false }
        return overlap.new.isEmpty
    }
}
