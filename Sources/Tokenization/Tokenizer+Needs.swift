internal import Vocabularies

/// What tokens need others for.
extension Tokenizer {
    /// What a BPE model makes of neighbouring tokens, and all that its merges make on the way, in order; the tokens
    /// themselves where it is no BPE model.
    package func merging(_ symbols: [Int32]) -> (result: [Int32], made: [Int32]) {
        (pipeline.model as? BPEModel)?.merging(symbols) ?? (symbols, [])
    }

    /// Calls `body` with the tokens that a WordPiece model takes of each unknown word of `text` before none goes on:
    /// without one of them the word might become known.
    ///
    /// - Throws: `TokenizerError` where a step cannot be carried out.
    package func forEachUnknownWord(
        of text: UTF8Span, scratch: inout EncodingScratch, _ body: ([Int32]) -> Void
    ) throws(TokenizerError) {
        guard let model = pipeline.model as? WordPieceModel else { return }
        try forEachWord(of: text, scratch: &scratch) { word throws(TokenizerError) in
            body(model.tokensBeforeFailure(in: word))
        }
    }

    /// The token for a single byte, such as `<0x0A>`, which spells what has no other token; nil where there is none.
    package func byteToken(_ byte: UInt8) -> Int? {
        vocabulary.id(of: ByteTokens.text(of: byte))
    }
}
