package import Corpus
package import Parallel
package import Tokenization

/// Tokenises a corpus on all cores, in the order of its documents, holding a few batches at a time.
package struct CorpusEncoder: Sendable {
    private let tokenizer: Tokenizer
    private let addsSpecialTokens: Bool
    private let workers: Workers

    /// Makes an encoder.
    package init(_ tokenizer: Tokenizer, addsSpecialTokens: Bool = false, workers: Workers) {
        self.tokenizer = tokenizer
        self.addsSpecialTokens = addsSpecialTokens
        self.workers = workers
    }

    /// Adds what is wanted of a document and its ids to a part.
    package typealias Writer<Part> =
        @Sendable (_ document: UTF8Span, _ ids: [Int32], _ part: inout Part) throws(TokenizerError) -> Void

    /// Turns the ids of each run of documents into a part on some thread, and hands the parts to `body` in the order of
    /// the documents.
    ///
    /// - Parameters:
    ///   - empty: a part without documents.
    ///   - write: adds what is wanted of one document and its ids to a part.
    ///   - body: takes the part of some documents.
    /// - Throws: `CorpusError` where the text cannot be read, `TokenizerError` where a document cannot be cut, and what
    ///   `body` throws; `CancellationError` where `monitor` asks to stop.
    package func forEach<Part: Sendable>(
        of corpus: Corpus, monitor: WorkMonitor, into empty: Part, write: @escaping Writer<Part>,
        _ body: (Part) throws -> Void
    ) throws {
        try corpus.forEachPart(
            workers: workers, monitor: monitor, scratch: Scratch.init, into: empty,
            write: { document, scratch, part in
                scratch.ids.removeAll(keepingCapacity: true)
                try tokenizer.encode(
                    document, addSpecialTokens: addsSpecialTokens, into: &scratch.ids, scratch: &scratch.encoding)
                try write(document, scratch.ids, &part)
            }, body)
    }

    /// What one thread reuses.
    private struct Scratch: Sendable {
        var encoding = EncodingScratch()
        var ids: [Int32] = []
    }
}
