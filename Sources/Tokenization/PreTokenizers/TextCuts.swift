package import JSON

/// Where a pre-tokenizer cuts text, for those who compare two.
package struct TextCuts: Sendable {
    private let preTokenizer: (any PreTokenizer)?

    /// Reads the pre-tokenizer of a tokenizer.json.
    ///
    /// - Throws: `TokenizerError` where it is not known.
    package init(_ json: JSONValue) throws(TokenizerError) {
        preTokenizer = try PreTokenizerFactory.make(json)
    }

    /// The pieces of `text`, spelled as the model gets them.
    ///
    /// - Throws: `TokenizerError` where a pattern gives up.
    package func pieces(of text: [UInt8]) throws(TokenizerError) -> [[UInt8]] {
        var cut = PreTokenizedText(bytes: text, pieces: text.isEmpty ? [] : [0..<text.count], startsAtOrigin: true)
        preTokenizer?.split(&cut)
        if let failure = cut.failure { throw failure }
        cut.spell()
        return cut.pieces.filter { !$0.isEmpty }.map { Array(cut.bytes[$0]) }
    }
}
