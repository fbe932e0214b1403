/// Text that is being cut into pieces, each of which the model tokenizes alone.
struct PreTokenizedText {
    /// The bytes of all pieces.
    var bytes: [UInt8]
    /// The pieces in order: ascending ranges of `bytes` that do not overlap. What lies between them is dropped.
    var pieces: [Range<Int>]
    /// Whether the first piece begins at the very start of the original text.
    var startsAtOrigin: Bool
}
