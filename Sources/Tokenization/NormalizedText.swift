/// Text on its way through normalization.
struct NormalizedText {
    /// The text as it stands, UTF-8.
    var bytes: [UInt8]
    /// Whether the first byte still stands at the very start of the original text; Metaspace's prepend scheme "first" asks that.
    var startsAtOrigin: Bool
}
