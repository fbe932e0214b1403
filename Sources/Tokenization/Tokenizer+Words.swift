extension Tokenizer {
    /// Calls `body` with each piece of `text` that the model would tokenise alone, as it would see it: normalized, cut,
    /// spelled in the characters of bytes where the tokenizer does that, and without added tokens.
    ///
    /// - Throws: `TokenizerError` where a step cannot be carried out; what `body` throws.
    package func forEachWord(
        of text: UTF8Span, scratch: inout EncodingScratch, _ body: (Span<UInt8>) throws(TokenizerError) -> Void
    ) throws(TokenizerError) {
        try pipeline.forEachWord(of: text.span, scratch: &scratch, body)
    }

    /// The 256 characters in which byte-level tokenizers spell bytes.
    package static var byteLevelAlphabet: [[UInt8]] {
        (0..<256).map { byte in
            var text: [UInt8] = []
            ByteLevelTable.appendSpelling(of: UInt8(byte), to: &text)
            return text
        }
    }
}
