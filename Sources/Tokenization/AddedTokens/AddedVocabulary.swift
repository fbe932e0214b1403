/// The tokens that were added to a model's vocabulary.
struct AddedVocabulary: Sendable {
    /// The added tokens by id.
    private(set) var tokens: [Int32: AddedToken] = [:]
    /// The ids by content.
    private(set) var ids: [[UInt8]: Int32] = [:]
    /// The contents of special tokens.
    private(set) var specialContents: Set<[UInt8]> = []
    /// What normalization makes of tokens, where it changes them.
    private(set) var normalizedForms: [Int32: [UInt8]] = [:]
    /// Finds tokens in the text as it came.
    private(set) var rawMatcher = AddedTokenMatcher([], tokens: [:])
    /// Finds tokens in normalized text.
    private(set) var normalizedMatcher = AddedTokenMatcher([], tokens: [:])

    /// Makes a vocabulary without tokens.
    init() {}

    /// Adds `added` in order. A token that the model has keeps that id; others are numbered from `modelCount` on,
    /// whatever a file says: so does the reference, whose ids checkpoints are trained with.
    init(
        _ added: [AddedToken], modelCount: Int, normalizer: (any Normalizer)?, modelID: ([UInt8]) -> Int32?
    ) {
        var nextID = Int32(modelCount)
        for token in added where !token.content.isEmpty {
            let id: Int32
            if let known = ids[token.content] {
                if tokens[known] == token { continue }
                id = known
            } else if let known = modelID(token.content) {
                id = known
            } else {
                id = nextID
                nextID += 1
            }
            if token.isNormalized, let normalizer {
                var text = NormalizedText(bytes: token.content, startsAtOrigin: true)
                normalizer.normalize(&text)
                if text.bytes != token.content { normalizedForms[id] = text.bytes }
            }
            ids[token.content] = id
            if token.isSpecial { specialContents.insert(token.content) }
            tokens[id] = token
        }
        rawMatcher = AddedTokenMatcher(
            tokens.filter { !$0.value.isNormalized }.map { ($0.value.content, $0.key) }, tokens: tokens)
        normalizedMatcher = AddedTokenMatcher(
            tokens.filter(\.value.isNormalized).map { (normalizedForms[$0.key] ?? $0.value.content, $0.key) },
            tokens: tokens)
    }

    /// The text of the added token `id` as decoders get it, or nil.
    func decoderText(of id: Int32) -> [UInt8]? {
        tokens[id].map { normalizedForms[id] ?? $0.content }
    }
}
