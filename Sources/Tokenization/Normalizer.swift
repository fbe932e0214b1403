/// A step that changes text before it is cut into pieces.
protocol Normalizer: Sendable {
    /// Changes `text` in place.
    func normalize(_ text: inout NormalizedText)
}
