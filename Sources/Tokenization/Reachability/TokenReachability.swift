public import Parallel
internal import Vocabularies

/// Which tokens no text was found to lead to: their rows are never read.
///
/// What is looked at: every token but special ones, those that play a role, and tokens for single bytes. The text that
/// a token stands for is encoded by the whole tokenizer (normalizer, added tokens, pre-tokenizer, model) at the
/// beginning of a text, after a space, and within words: behind and before letters, digits, punctuation, line feeds,
/// and characters that no vocabulary has. A token counts as reached once it is among the ids. Half characters are
/// completed in up to 256 ways.
///
/// A token that is reached nowhere may still be reached in a text that was not tried, but for those that are certain:
///
/// - BPE: merges within a token's text happen in the same order whatever stands around it, as long as none crosses its
///   ends, and none does where the token is a result. So a model that cuts the bare text of a token never makes the
///   token. This holds for models without prefixes and suffixes of characters; with `ignore_merges` a whole piece
///   needs no merges, so that nothing is certain there.
/// - Unigram: a part of the most probable way is the most probable way through that part. So a token whose pieces are
///   together more probable than itself is never chosen.
/// - WordPiece and word tables: nothing is certain.
public struct TokenReachability: Sendable, Hashable {
    /// A token that no text was found to lead to.
    public struct Unreached: Sendable, Hashable {
        /// Its id.
        public let id: Int
        /// The ids that its text becomes in the first place where it was looked for; empty where its text is half a
        /// character, or cannot be encoded.
        public let pieces: [Int]
        /// Whether the model itself is bound to cut its text, so that no text at all leads to it.
        public let isCertain: Bool
    }

    /// How many tokens were looked at.
    public let tested: Int
    /// Those of them that no text was found to lead to, by id.
    public let unreached: [Unreached]

    /// Tokens that one thread looks at with one cache of words.
    private static let partSize = 2048

    /// Looks for texts that lead to the tokens of `tokenizer`; nil where it has no model that could cut any.
    ///
    /// The result is the same on any number of `workers`.
    public init?(of tokenizer: Tokenizer, workers: Workers) {
        guard !(tokenizer.pipeline.model is VocabularyOnlyModel) else { return nil }
        let vocabulary = tokenizer.vocabulary
        let spared = vocabulary.specialIDs.union(vocabulary.roles.values)
        let ids = vocabulary.ids.filter { id in
            guard !spared.contains(id), let own = vocabulary.ownText(of: id) else { return false }
            return !own.isEmptyOrByte && !vocabulary.isByteToken(id)
        }
        let places = ReachabilityPlaces(vocabulary)
        let size = TokenReachability.partSize
        let parts = workers.map((ids.count + size - 1) / size) { part in
            var probe = ReachabilityProbe(tokenizer, places)
            return ids[part * size..<min(ids.count, (part + 1) * size)].compactMap { probe.unreached($0) }
        }
        tested = ids.count
        unreached = Array(parts.joined())
    }
}

extension OwnText {
    /// Whether it is nothing, or one byte that is no character.
    fileprivate var isEmptyOrByte: Bool {
        bytes.isEmpty && !beginsWord || bytes.count == 1 && bytes[0] >= 0x80
    }
}

extension Vocabulary {
    /// Whether the token `id` is one like `<0x0A>`, which stands for a byte that has no other token.
    package func isByteToken(_ id: Int) -> Bool {
        guard spelling != .wordPiece, let text = withText(of: id, Array.init), text.count == 6,
            text.starts(with: Array("<0x".utf8))
        else { return false }
        return (0...255).contains { ByteTokens.text(of: UInt8($0)) == text }
    }
}
