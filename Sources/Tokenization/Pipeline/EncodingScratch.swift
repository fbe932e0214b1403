/// Memory that encoding reuses from text to text, and words that it remembers: one for each thread.
///
/// It serves any tokenizer, but forgets its words when it changes hands.
public struct EncodingScratch: Sendable {
    var owner: TokenizerPipeline?
    var rawParts: [AddedTokenMatcher.Part] = []
    var normalizedParts: [AddedTokenMatcher.Part] = []
    var normalized = NormalizedText(bytes: [], startsAtOrigin: true)
    var stretch: [UInt8] = []
    var pieces = PreTokenizedText(bytes: [], pieces: [], startsAtOrigin: true)
    var spelled: [UInt8] = []
    var model = ModelScratch()
    var words = WordCache()

    /// Makes an empty one.
    public init() {}

    mutating func adopt(_ pipeline: TokenizerPipeline) {
        guard owner !== pipeline else { return }
        owner = pipeline
        words = WordCache()
    }
}
