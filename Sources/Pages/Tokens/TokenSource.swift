/// A source token and its share of a row.
public struct TokenSource: Sendable {
    let text: ShownText
    let weight: Double

    /// Makes a source.
    public init(_ text: [UInt8]?, weight: Double) {
        self.text = ShownText(text ?? [])
        self.weight = weight
    }
}
