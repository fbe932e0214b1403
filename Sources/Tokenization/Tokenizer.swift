public import Vocabularies

/// A tokenizer: text to token ids and back, with the ids of the Hugging Face `tokenizers` package.
///
/// It is made of a file with `load(_:)`. All texts are UTF-8 bytes; what is ill-formed is repaired with U+FFFD.
public struct Tokenizer: Sendable {
    /// All tokens: the model's and the added ones.
    public let vocabulary: Vocabulary
    /// What the user should know of how it was loaded, a sentence each: where the class that its configuration names
    /// prepares text otherwise than its file says.
    public let remarks: [String]
    let pipeline: TokenizerPipeline

    init(vocabulary: Vocabulary, pipeline: TokenizerPipeline, remarks: [String] = []) {
        self.vocabulary = vocabulary
        self.pipeline = pipeline
        self.remarks = remarks
    }

    /// The tokens that really stand around every text, by their roles: the first before it is what begins it (`bos` or
    /// `cls`), the last after it what ends it (`eos` or `sep`). `vocabulary.roles` has those that are only named too,
    /// and `vocabulary.roleRecord` says where each comes from.
    public var rolesPutAroundText: [SpecialRole: Int] {
        vocabulary.roleRecord.putAroundText ?? [:]
    }

    /// The text of the token `id` as decoders get it, or nil where there is none.
    public func text(of id: Int) -> TokenText? {
        if let id = Int32(exactly: id), let added = pipeline.added.decoderText(of: id) { return TokenText(added) }
        return vocabulary.text(of: id)
    }

    /// The text that `ids` stand for; ids without a token are left out.
    ///
    /// - Parameter ids: the token ids, in order.
    /// - Parameter skippingSpecialTokens: whether special tokens are left out, too.
    public func decode(_ ids: some Sequence<Int32>, skippingSpecialTokens: Bool = false) -> [UInt8] {
        var tokens: [[UInt8]] = []
        for id in ids {
            guard let text = text(of: Int(id))?.bytes else { continue }
            // By text as decoders get it, so that a token that normalization changes is never left out: the reference's
            // rule.
            if skippingSpecialTokens, pipeline.added.specialContents.contains(text) { continue }
            tokens.append(text)
        }
        guard let decoder = pipeline.decoder else {
            return Array(tokens.joined(separator: [UInt8(ascii: " ")]))
        }
        if !tokens.isEmpty { decoder.decode(&tokens) }
        return Array(tokens.joined())
    }
}
