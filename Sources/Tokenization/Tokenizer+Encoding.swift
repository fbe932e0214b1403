public import Parallel
internal import Synchronization
public import Vocabularies

extension Tokenizer {
    /// The token ids of `text`.
    ///
    /// - Parameter text: UTF-8 bytes.
    /// - Parameter addSpecialTokens: whether the post-processor's tokens are put around them.
    /// - Throws: `TokenizerError` where the vocabulary cannot spell `text` and has no token for the unknown.
    public func encode(_ text: [UInt8], addSpecialTokens: Bool = false) throws(TokenizerError) -> [Int32] {
        var ids: [Int32] = []
        var scratch = EncodingScratch()
        try encode(text.span, addSpecialTokens: addSpecialTokens, into: &ids, scratch: &scratch)
        return ids
    }

    /// Appends the token ids of `text` to `ids`, reusing the memory in `scratch`.
    ///
    /// - Throws: `TokenizerError` where the vocabulary cannot spell `text` and has no token for the unknown; `ids` then
    ///   holds part of them.
    public func encode(
        _ text: Span<UInt8>, addSpecialTokens: Bool = false, into ids: inout [Int32], scratch: inout EncodingScratch
    ) throws(TokenizerError) {
        if UTF8Validity.isWellFormed(text) {
            try pipeline.encode(text, addSpecialTokens: addSpecialTokens, into: &ids, scratch: &scratch)
        } else {
            let repaired = Array(String(decoding: text.copy, as: UTF8.self).utf8)
            try pipeline.encode(repaired.span, addSpecialTokens: addSpecialTokens, into: &ids, scratch: &scratch)
        }
    }

    /// Appends the token ids of `text`, which is known to be UTF-8, to `ids`, as above but without checking that again.
    ///
    /// - Throws: `TokenizerError` where the model has no token for a part of the text, not even the unknown one.
    public func encode(
        _ text: UTF8Span, addSpecialTokens: Bool = false, into ids: inout [Int32], scratch: inout EncodingScratch
    ) throws(TokenizerError) {
        try pipeline.encode(text.span, addSpecialTokens: addSpecialTokens, into: &ids, scratch: &scratch)
    }

    /// The token ids of each of `documents`, in order.
    ///
    /// - Throws: `TokenizerError` as `encode` does, of the first document that has one.
    public func encodeBatch(
        _ documents: [[UInt8]], addSpecialTokens: Bool = false, workers: Workers
    ) throws -> [[Int32]] {
        let pool = Mutex<[EncodingScratch]>([])
        let batchCount = min(documents.count, workers.count * 64)
        let batches: [[[Int32]]] = try workers.map(batchCount) { batch in
            var scratch = pool.withLock { $0.popLast() } ?? EncodingScratch()
            let range = documents.count * batch / batchCount..<documents.count * (batch + 1) / batchCount
            var results: [[Int32]] = []
            results.reserveCapacity(range.count)
            for index in range {
                var ids: [Int32] = []
                let document = documents[index]
                try encode(document.span, addSpecialTokens: addSpecialTokens, into: &ids, scratch: &scratch)
                results.append(ids)
            }
            pool.withLock { $0.append(scratch) }
            return results
        }
        return Array(batches.joined())
    }

    /// The token ids that the bare model gives `word`: nothing is normalized or cut, and no added token is looked for.
    ///
    /// - Throws: `TokenizerError` as `encode` does.
    public func modelIDs(of word: [UInt8]) throws(TokenizerError) -> [Int32] {
        guard !word.isEmpty else { return [] }
        let text = UTF8Validity.isWellFormed(word.span) ? word : Array(String(decoding: word, as: UTF8.self).utf8)
        var ids: [Int32] = []
        var scratch = ModelScratch()
        try pipeline.model.tokenize(text.span, into: &ids, scratch: &scratch)
        return ids
    }

    /// The tokens of `text` as texts, without special tokens: an added token is what it matched, whitespace that it
    /// takes along included, and what a Unigram model does not know is itself.
    ///
    /// - Throws: `TokenizerError` as `encode` does.
    public func tokens(of text: [UInt8]) throws(TokenizerError) -> [TokenText] {
        let text = UTF8Validity.isWellFormed(text.span) ? text : Array(String(decoding: text, as: UTF8.self).utf8)
        var scratch = EncodingScratch()
        let tokens = try pipeline.tokens(
            text.span, textOfID: { self.text(of: Int($0))?.bytes ?? [] }, scratch: &scratch)
        return tokens.map(TokenText.init)
    }
}
