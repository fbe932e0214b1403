/// Text that is being cut into pieces, each of which the model tokenizes alone.
struct PreTokenizedText {
    /// The bytes of all pieces.
    var bytes: [UInt8]
    /// The pieces in order: ascending ranges of `bytes` that do not overlap. What lies between them is dropped.
    var pieces: [Range<Int>]
    /// Whether the first piece begins at the very start of the original text.
    var startsAtOrigin: Bool
    /// Whether the first piece, once cut, will no longer begin at the start of the original text.
    var hasLostItsStart = false
    /// Why a step could not be carried out, if one could not: the pieces are then not to be used.
    var failure: TokenizerError?
}

extension PreTokenizedText {
    /// The whole text as one piece; none where it is empty.
    init(_ text: NormalizedText) {
        self.init(
            bytes: text.bytes, pieces: text.bytes.isEmpty ? [] : [0..<text.bytes.count],
            startsAtOrigin: text.startsAtOrigin, hasLostItsStart: text.hasLostItsStart, failure: text.failure)
    }
}
