/// Text on its way through normalization.
struct NormalizedText {
    /// The text as it stands, UTF-8.
    var bytes: [UInt8]
    /// Whether the text begins at the very start of the original text; Metaspace's prepend scheme "first" asks that.
    var startsAtOrigin: Bool
    /// Whether normalization has dropped what the text began with: its first piece then no longer begins at the start.
    var hasLostItsStart = false
    /// Why a step could not be carried out, if one could not: the text is then not to be used.
    var failure: TokenizerError?
}
