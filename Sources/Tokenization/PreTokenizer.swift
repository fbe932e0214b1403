/// A step that cuts text into pieces.
protocol PreTokenizer: Sendable {
    /// Cuts each piece of `text` further; may also rewrite its bytes.
    func split(_ text: inout PreTokenizedText)
}
