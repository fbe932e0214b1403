/// A step that changes text before it is cut into pieces.
protocol Normalizer: Sendable {
    /// Changes `text` in place.
    func normalize(_ text: inout NormalizedText)

    /// The same step without what it puts before every text; nil where nothing else is left of it.
    var withoutPrefix: (any Normalizer)? { get }
}

extension Normalizer {
    var withoutPrefix: (any Normalizer)? { self }
}
