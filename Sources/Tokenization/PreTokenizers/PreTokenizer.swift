/// A step that cuts text into pieces.
protocol PreTokenizer: Sendable {
    /// Cuts each piece of `text` further; may also rewrite its bytes.
    func split(_ text: inout PreTokenizedText)

    /// The same step without what it puts before every text.
    var withoutPrefix: any PreTokenizer { get }
}

extension PreTokenizer {
    var withoutPrefix: any PreTokenizer { self }
}
